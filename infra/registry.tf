# Images. Old ones go: a roll-back needs the last few, an audit the provenance.

resource "google_artifact_registry_repository" "images" {
  repository_id = "sight"
  location      = var.region
  format        = "DOCKER"
  kms_key_name  = var.kms_key

  docker_config {
    immutable_tags = true
  }

  cleanup_policies {
    id     = "keep-the-last-thirty"
    action = "KEEP"
    most_recent_versions {
      keep_count = 30
    }
  }
  cleanup_policies {
    id     = "delete-after-ninety-days"
    action = "DELETE"
    condition {
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.used]
}

locals {
  registry = "${var.region}-docker.pkg.dev/${var.project_id}/sight"
}
