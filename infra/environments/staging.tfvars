# Small, and the same in everything else.
alert_emails    = ["sight-staging@example.com"]
billing_account = "000000-000000-000000"
budget          = 400
domain          = "staging.sight.example.com"
environment     = "staging"
mail_from       = "Sight <sight@staging.sight.example.com>"
max_instances   = 2
operators       = "sight-operators@example.com"
project_id      = "sight-staging"
project_number  = "000000000000"

database = {
  connections      = 300
  disk_gb          = 10
  highly_available = false
  tier             = "db-custom-1-3840"
}

# texts of the simulator: staging costs no model, and says so in every text
model = {
  variables = { EMBEDDING_PROVIDER = "offline", MODEL_PROVIDER = "offline" }
}

redis = { memory_gb = 1, tier = "BASIC" }
