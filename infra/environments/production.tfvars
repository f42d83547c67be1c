alert_emails    = ["sight-production@example.com"]
billing_account = "000000-000000-000000"
budget          = 2000
domain          = "sight.example.com"
environment     = "production"
mail_from       = "Sight <sight@sight.example.com>"
operators       = "sight-operators@example.com"
project_id      = "sight-production"
project_number  = "000000000000"
slack_channel   = "projects/sight-production/notificationChannels/0000000000000000000"

database = {
  connections      = 700
  disk_gb          = 100
  highly_available = true
  tier             = "db-custom-4-15360"
}

model = {
  keys = ["EMBEDDING_API_KEY", "MODEL_API_KEY"]
  variables = {
    EMBEDDING_PROVIDER        = "gemini"
    MODEL_NAME                = "gemini-2.5-flash"
    MODEL_PROVIDER            = "gemini"
    MODEL_REQUESTS_PER_MINUTE = "1000"
  }
}

redis = { memory_gb = 5, tier = "STANDARD_HA" }

repository = { branch = "main", name = "sight", owner = "example" }
