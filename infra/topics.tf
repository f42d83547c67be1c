# One worker, one topic: docs/routes.md names them, the module makes them.

resource "google_service_account" "pubsub" {
  account_id   = "pubsub-push"
  display_name = "Pub/Sub's calls of workers"
}

locals {
  _pubsub_agent = "serviceAccount:service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  _publishers = {
    for topic in keys(local.workers) : topic => merge(
      [
        for name, half in local.halves : { (name) = module.service[name].member }
        if contains(local.services[half.of].publishes, topic)
      ]...
    )
  }
}

# the agent signs the tokens of the pushes in this account's name
resource "google_service_account_iam_member" "pubsub_signs" {
  service_account_id = google_service_account.pubsub.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local._pubsub_agent
}

module "topic" {
  source   = "./modules/push-topic"
  for_each = local.workers

  agent      = local._pubsub_agent
  audience   = local.audiences[each.value]
  caller     = local.accounts.pubsub
  endpoint   = module.service["${each.value}-push"].uri
  kms_key    = var.kms_key
  name       = each.key
  project_id = var.project_id
  publishers = merge(
    local._publishers[each.key],
    contains(concat(local.run_topics, ["kpi-stale", "mail"]), each.key) ? { maintenance = module.job["maintenance"].member } : {},
    each.key == "rag-bucket" ? { storage = local._storage_agent } : {},
  )
  region = var.region
}
