# One service: its own identity, the secrets that it may read, its invoker.

resource "google_service_account" "this" {
  account_id   = "sight-${var.name}"
  display_name = "Cloud Run service ${var.name}"
}

# its address as Google makes it: a plan knows it, and says who may what
locals {
  email = "${google_service_account.this.account_id}@${var.project_id}.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret_iam_member" "reads" {
  for_each = toset(concat(values(var.secrets), compact([var.ca_secret])))

  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${local.email}"
}

resource "google_cloud_run_v2_service" "this" {
  name                = var.name
  location            = var.region
  custom_audiences    = var.audience == null ? null : [var.audience]
  deletion_protection = var.is_protected
  ingress             = var.is_worker ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  # The load balancer calls without an identity. Whoever it lets through shows
  # a token of ours to the function; who calls a worker shows Google's.
  invoker_iam_disabled = !var.is_worker

  template {
    service_account                  = local.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = var.concurrency
    timeout                          = "${var.timeout_seconds}s"

    scaling {
      min_instance_count = 0 # a start takes 32 ms: nobody waits for it
      max_instance_count = var.max_instances
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = var.network.id
        subnetwork = var.network.subnet
      }
    }

    containers {
      image = var.image

      resources {
        limits            = { cpu = tostring(var.cpu), memory = var.memory }
        cpu_idle          = true # nothing works outside a request
        startup_cpu_boost = true
      }

      ports {
        container_port = 8080
      }

      # /startup answers within 1.5 s, also where a store that is optional does not
      startup_probe {
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 30
        http_get {
          path = "/startup"
        }
      }

      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 3
        http_get {
          path = "/health"
        }
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

      dynamic "volume_mounts" {
        for_each = compact([var.ca_secret])
        content {
          name       = "authorities"
          mount_path = "/run/authorities"
        }
      }
    }

    # Memorystore signs its own certificates
    dynamic "volumes" {
      for_each = compact([var.ca_secret])
      content {
        name = "authorities"
        secret {
          secret = volumes.value
          items {
            path    = "redis.pem"
            version = "latest"
          }
        }
      }
    }
  }

  # The pipeline owns the image, the revision and the traffic: it deploys
  # without asking Terraform, and takes a bad release back by itself. Terraform
  # would undo that at its next apply. gcloud writes the other fields, and Cloud
  # Run itself `scaling` (zeros, where nobody sets any): a second plan would take
  # them out again, each time. The bounds in `template` are not ignored.
  lifecycle {
    ignore_changes = [
      client,
      client_version,
      labels,
      scaling,
      template[0].containers[0].image,
      template[0].labels,
      template[0].revision,
      traffic,
    ]
  }

  depends_on = [google_secret_manager_secret_iam_member.reads]
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = var.is_worker ? var.invokers : {}

  name     = google_cloud_run_v2_service.this.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}
