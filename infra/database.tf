# PostgreSQL: the truth. A private address, backups with every moment of the
# last week, and people who look into it sign in by IAM.

resource "google_sql_database_instance" "main" {
  name                = var.database.instance
  database_version    = "POSTGRES_15"
  region              = var.region
  deletion_protection = true
  encryption_key_name = var.kms_key

  settings {
    tier                        = var.database.tier
    edition                     = "ENTERPRISE"
    availability_type           = var.database.highly_available ? "REGIONAL" : "ZONAL"
    deletion_protection_enabled = true
    disk_autoresize             = true
    disk_size                   = var.database.disk_gb
    disk_type                   = "PD_SSD"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.main.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      location                       = var.region
      point_in_time_recovery_enabled = true
      start_time                     = "00:30"
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = local.is_production ? 30 : 7
      }
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    insights_config {
      query_insights_enabled  = true
      record_application_tags = false
      record_client_address   = false
    }

    password_validation_policy {
      enable_password_policy      = true
      min_length                  = 32
      complexity                  = "COMPLEXITY_DEFAULT"
      disallow_username_substring = true
    }

    dynamic "database_flags" {
      for_each = {
        "cloudsql.iam_authentication"         = "on"
        "log_checkpoints"                     = "on"
        "log_connections"                     = "on"
        "log_disconnections"                  = "on"
        "log_lock_waits"                      = "on"
        "idle_in_transaction_session_timeout" = "60000" # transactions are short: nobody holds a lock for a minute
        "max_connections"                     = tostring(var.database.connections)
      }
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_service_networking_connection.services]
}

resource "google_sql_database" "sight" {
  name            = "sight"
  instance        = google_sql_database_instance.main.name
  deletion_policy = "ABANDON"
}

# Operators sign in as themselves, in Cloud SQL Studio: no network of theirs
# reaches the private address. deploy/roles.sql gives them reading alone,
# and the services' users sight_app and sight_maintenance: those users have
# passwords, which deploy/secrets makes and rotates.
resource "google_sql_user" "operators" {
  name     = var.operators
  instance = google_sql_database_instance.main.name
  type     = "CLOUD_IAM_GROUP"
}

resource "google_project_iam_member" "operators" {
  for_each = toset(["roles/cloudsql.instanceUser", "roles/cloudsql.studioUser"])

  project = var.project_id
  role    = each.key
  member  = "group:${var.operators}"
}
