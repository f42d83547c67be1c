# Cloud Build: who releases, and who takes a release back when the pipeline
# itself dies in the middle.

resource "google_service_account" "pipeline" {
  account_id   = "pipeline"
  display_name = "Cloud Build: builds, migrates, releases"
}

locals {
  # what cloudbuild.yaml and deploy/ do, and nothing else
  _pipeline_roles = toset([
    "roles/artifactregistry.writer",
    "roles/logging.logWriter",
    "roles/logging.viewer", # the decision reads the logs of requests
    "roles/run.developer",
  ])
}

resource "google_project_iam_member" "pipeline" {
  for_each = local._pipeline_roles

  project = var.project_id
  role    = each.key
  member  = "serviceAccount:${local.accounts.pipeline}"
}

# A revision runs as its service's identity: whoever deploys it must be allowed to use that one.
resource "google_service_account_iam_member" "pipeline_deploys" {
  for_each = merge(
    { for name, service in module.service : name => service.member },
    { for name, job in module.job : name => job.member },
  )

  service_account_id = "projects/${var.project_id}/serviceAccounts/${trimprefix(each.value, "serviceAccount:")}"
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:${local.accounts.pipeline}"
}

# What was served before a release stands here before it begins: who takes it
# back, also hours later and from elsewhere, reads it here.
resource "google_storage_bucket" "releases" {
  name                        = "${var.project_id}-releases"
  location                    = var.region
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 90
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

resource "google_storage_bucket_iam_member" "pipeline" {
  bucket = google_storage_bucket.releases.name
  role   = "roles/storage.objectUser"
  member = "serviceAccount:${local.accounts.pipeline}"
}

# deploy/secrets lays roles.sql there, and Cloud SQL itself runs it.
resource "google_storage_bucket_iam_member" "imports" {
  bucket = google_storage_bucket.releases.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_sql_database_instance.main.service_account_email_address}"
}

resource "google_cloudbuild_trigger" "release" {
  count = var.repository == null ? 0 : 1

  name            = "release-${var.environment}"
  description     = "Checks, builds and releases what is merged"
  location        = var.region
  filename        = "cloudbuild.yaml"
  service_account = google_service_account.pipeline.id
  substitutions   = { _ENVIRONMENT = var.environment, _REGION = var.region }

  github {
    owner = var.repository.owner
    name  = var.repository.name
    push {
      branch = "^${var.repository.branch}$" # a regular expression: without its ends any branch with that word in its name
    }
  }

  approval_config {
    approval_required = local.is_production
  }
}

# Cloud Build tells this topic about every build; it makes no other by itself.
resource "google_pubsub_topic" "builds" {
  name         = "cloud-builds"
  kms_key_name = var.kms_key
}

resource "google_cloudbuild_trigger" "take_back" {
  count = var.repository == null ? 0 : 1

  name            = "take-back-${var.environment}"
  description     = "Gives traffic back to the revisions before, when a release died in the middle"
  location        = var.region
  service_account = google_service_account.pipeline.id
  filter          = "_STATUS in ['FAILURE', 'INTERNAL_ERROR', 'TIMEOUT', 'CANCELLED', 'EXPIRED'] && _TRIGGER == 'release-${var.environment}'"
  substitutions = {
    _BUILD   = "$(body.message.data.id)"
    _STATUS  = "$(body.message.attributes.status)"
    _TRIGGER = "$(body.message.data.substitutions.TRIGGER_NAME)"
    _REGION  = var.region
  }

  pubsub_config {
    topic = google_pubsub_topic.builds.id
  }

  source_to_build {
    uri       = "https://github.com/${var.repository.owner}/${var.repository.name}"
    ref       = "refs/heads/${var.repository.branch}"
    repo_type = "GITHUB"
  }

  git_file_source {
    path      = "infra/deploy/take-back.yaml"
    uri       = "https://github.com/${var.repository.owner}/${var.repository.name}"
    revision  = "refs/heads/${var.repository.branch}"
    repo_type = "GITHUB"
  }
}

# For emergencies: `terraform apply -target=terraform_data.traffic -var 'traffic={accounts={"accounts-00041-abc"=100}}'`.
# Without the target everything else that the tree has changed goes along.
resource "terraform_data" "traffic" {
  for_each = var.traffic

  triggers_replace = each.value

  provisioner "local-exec" {
    command = "${path.module}/deploy/traffic ${each.key} ${join(",", [for revision, share in each.value : "${revision}=${share}"])}"
    environment = {
      CLOUDSDK_CORE_PROJECT = var.project_id
      REGION                = var.region
    }
  }
}
