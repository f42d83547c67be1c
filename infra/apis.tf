resource "google_project_service" "used" {
  for_each = toset([
    "aiplatform.googleapis.com",
    "artifactregistry.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudscheduler.googleapis.com",
    "compute.googleapis.com",
    "containeranalysis.googleapis.com",
    "iap.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "redis.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "servicenetworking.googleapis.com",
    "sqladmin.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}

# Vertex AI asks for a service's own identity instead of a key.
resource "google_project_iam_member" "asks_models" {
  for_each = local._asks_vertex

  project = var.project_id
  role    = "roles/aiplatform.user"
  member  = module.service[each.key].member
}

locals {
  _vertex_uses = [
    for use, variable in { embedding = "EMBEDDING_PROVIDER", model = "MODEL_PROVIDER", rerank = "RERANK_PROTOCOL" } : use
    if lookup(var.model.variables, variable, "") == "vertex"
  ]
  _asks_vertex = toset([
    for name, half in local.halves : name
    if length(setintersection(local.services[half.of].uses, local._vertex_uses)) > 0
  ])
}
