# What a use brings: variables, and secrets as variables. The README of each
# function says what they mean, and a test starts each function with exactly
# these.

locals {
  is_production = var.environment == "production"

  images = {
    for name in concat(keys(local.services), keys(local.jobs)) :
    name => "${local.registry}/${name}@${lookup(var.image_digests, name, local._no_digest)}"
  }
  # Cloud Run refuses to make a service of it: nothing unknown ever runs
  _no_digest = "sha256:${join("", [for _ in range(64) : "0"])}"

  # the addresses of our accounts, as Google makes them: a plan knows them
  accounts = {
    for name, account in { pipeline = google_service_account.pipeline, pubsub = google_service_account.pubsub, scheduler = google_service_account.scheduler } :
    name => "${account.account_id}@${var.project_id}.iam.gserviceaccount.com"
  }

  # what a token of Pub/Sub is made for: one service each
  audiences = { for name in keys(local.services) : name => "https://${name}-push.${var.domain}" }

  _in_the_cloud = {
    ENVIRONMENT          = var.environment
    GOOGLE_CLOUD_PROJECT = var.project_id # the logs' traces are named by it, and topics
    LOG                  = "info"
    TRUSTED_PROXIES      = "2" # Google's front end and its load balancer
  }
  # of whoever has a database and Redis
  _beside_stores = {
    DATABASE_POOL = tostring(local.database_pool)
    SSL_CERT_DIR  = "/run/authorities"
    SSL_CERT_FILE = "/etc/ssl/certs/ca-certificates.crt"
  }

  _variables_by_use = {
    avatars    = { STORAGE_BUCKET = google_storage_bucket.files["avatars"].name }
    bootstrap  = {}
    cap        = {}
    console    = { WEB_ROOT = "/console" }
    documents  = { STORAGE_BUCKET = google_storage_bucket.files["documents"].name }
    embedding  = { for name, value in var.model.variables : name => value if startswith(name, "EMBEDDING_") }
    extractors = { EXTRACTORS_AT_ONCE = "3" }
    graph      = { NEO4J_USER = "neo4j" }
    mail       = { MAIL_FROM = var.mail_from, PUBLIC_URL = "https://${var.domain}" }
    model      = { for name, value in var.model.variables : name => value if startswith(name, "MODEL_") }
    push       = { PUSH_SERVICE_ACCOUNT = local.accounts.pubsub }
    queue      = {}
    rerank     = { for name, value in var.model.variables : name => value if startswith(name, "RERANK_") }
  }

  # variable → secret
  _secrets_by_use = {
    avatars    = {}
    bootstrap  = { BOOTSTRAP_SECRET = "bootstrap-secret" }
    cap        = {}
    console    = {}
    documents  = {}
    embedding  = contains(var.model.keys, "EMBEDDING_API_KEY") ? { EMBEDDING_API_KEY = "embedding-api-key" } : {}
    extractors = {}
    graph      = { NEO4J_PASSWORD = "neo4j-password", NEO4J_URI = "neo4j-uri" }
    mail       = { SMTP_URL = "smtp-url" }
    model      = contains(var.model.keys, "MODEL_API_KEY") ? { MODEL_API_KEY = "model-api-key" } : {}
    push       = {}
    queue      = {}
    rerank     = contains(var.model.keys, "RERANK_API_KEY") ? { RERANK_API_KEY = "rerank-api-key" } : {}
  }

  _variables_of = {
    for name, row in local.services : name => merge(
      local._in_the_cloud,
      contains(local.bare, name) ? {} : local._beside_stores,
      contains(row.uses, "push") ? { PUSH_AUDIENCE = local.audiences[name] } : {},
      [for use in row.uses : local._variables_by_use[use]]...
    )
  }

  _secrets_of = {
    for name, row in local.services : name => merge(
      contains(local.bare, name) ? {} : { DATABASE_URL = "database-url", SECRET_KEY = "secret-key" },
      [for use in row.uses : local._secrets_by_use[use]]...
    )
  }
}
