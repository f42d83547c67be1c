# The clock of `maintenance`: its README says which task wants which time.

locals {
  schedules = {
    audit     = "17 2 * * *"
    budgets   = "* * * * *"
    kpis      = "* * * * *"
    purge     = "37 2 * * *"
    republish = "* * * * *" # without it a crash leaves runs standing still
    sessions  = "57 1 * * *"
  }
}

resource "google_service_account" "scheduler" {
  account_id   = "scheduler"
  display_name = "Cloud Scheduler: starts maintenance and nothing else"
}

resource "google_cloud_scheduler_job" "maintenance" {
  for_each = local.schedules

  name             = "maintenance-${each.key}"
  description      = "maintenance ${each.key}"
  region           = var.region
  schedule         = each.value
  time_zone        = "Etc/UTC"
  attempt_deadline = "60s"

  retry_config {
    retry_count = 0 # the next tick is the retry; every task goes on where it stopped
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/projects/${var.project_id}/locations/${var.region}/jobs/${module.job["maintenance"].name}:run"
    headers     = { Content-Type = "application/json" }
    body        = base64encode(jsonencode({ overrides = { containerOverrides = [{ args = [each.key] }] } }))

    oauth_token {
      service_account_email = local.accounts.scheduler
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}
