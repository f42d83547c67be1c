# One job: its own identity and the secrets that it may read.

resource "google_service_account" "this" {
  account_id   = "sight-${var.name}"
  display_name = "Cloud Run job ${var.name}"
}

# its address as Google makes it: a plan knows it, and says who may what
locals {
  email = "${google_service_account.this.account_id}@${var.project_id}.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = toset(values(var.secrets))

  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.email}"
}

resource "google_cloud_run_v2_job" "this" {
  name                = var.name
  location            = var.region
  deletion_protection = var.is_protected

  template {
    task_count = 1

    template {
      service_account = local.email
      max_retries     = var.max_retries
      timeout         = "${var.timeout_seconds}s"

      vpc_access {
        egress = var.egress
        network_interfaces {
          network    = var.network.id
          subnetwork = var.network.subnet
        }
      }

      containers {
        image = var.image
        args  = var.args

        resources {
          limits = { cpu = "1", memory = var.memory }
        }

        dynamic "env" {
          for_each = var.variables
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = var.secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }
      }
    }
  }

  # the pipeline owns the image, and gcloud writes the other fields
  lifecycle {
    ignore_changes = [
      client,
      client_version,
      labels,
      template[0].labels,
      template[0].template[0].containers[0].image,
    ]
  }

  depends_on = [google_secret_manager_secret_iam_member.reads]
}

resource "google_cloud_run_v2_job_iam_member" "starts" {
  for_each = var.starters

  name     = google_cloud_run_v2_job.this.name
  location = var.region
  role     = "roles/run.jobsExecutorWithOverrides"
  member   = each.value
}
