# The one table of jobs. A row is a folder of jobs/ (and smoke, which is
# deploy/smoke in an image of its own), an image and a service account.

locals {
  jobs = {
    db-migrate = {
      seconds   = 1800
      secrets   = { DATABASE_URL_SYNC = "database-url-sync" }
      variables = {}
    }
    maintenance = {
      seconds = 1800
      secrets = { DATABASE_URL = "database-url-maintenance", NEO4J_PASSWORD = "neo4j-password", NEO4J_URI = "neo4j-uri" }
      variables = {
        DATABASE_POOL        = "2"
        GOOGLE_CLOUD_PROJECT = var.project_id
        NEO4J_USER           = "neo4j"
        STORAGE_BUCKET       = google_storage_bucket.files["documents"].name
      }
    }
    neo4j-init = {
      seconds = 900
      secrets = { NEO4J_PASSWORD = "neo4j-password", NEO4J_URI = "neo4j-uri" }
      variables = merge(
        { NEO4J_USER = "neo4j" },
        { for name, value in var.model.variables : name => value if contains(local._of_the_index, name) },
      )
    }
    # a bare address of Cloud Run is internal only by way of the network
    smoke = { seconds = 900, secrets = {}, variables = {}, egress = "ALL_TRAFFIC" }
  }

  # what neo4j-init reads of the embedding: what its vectors are known by
  _of_the_index = [
    "EMBEDDING_DIMENSIONS", "EMBEDDING_DOCUMENT_PREFIX", "EMBEDDING_DOCUMENT_TYPE", "EMBEDDING_NAME",
    "EMBEDDING_PROVIDER", "EMBEDDING_QUERY_PREFIX", "EMBEDDING_QUERY_TYPE", "EMBEDDING_TYPE_FIELD",
  ]
}

module "job" {
  source   = "./modules/cloud-run-job"
  for_each = local.jobs

  egress       = try(each.value.egress, "PRIVATE_RANGES_ONLY")
  image        = local.images[each.key]
  is_protected = local.is_production
  memory       = "512Mi"
  name         = each.key
  network      = local.network
  project_id   = var.project_id
  region       = var.region
  secrets = {
    for variable, secret in each.value.secrets : variable => google_secret_manager_secret.by_hand[secret].secret_id
  }
  starters = merge(
    { pipeline = "serviceAccount:${local.accounts.pipeline}" },
    each.key == "maintenance" ? { scheduler = "serviceAccount:${local.accounts.scheduler}" } : {},
  )
  timeout_seconds = each.value.seconds
  variables       = merge({ ENVIRONMENT = var.environment, LOG = "info" }, each.value.variables)

  depends_on = [
    google_project_service.used,
    google_service_networking_connection.services,
  ]
}
