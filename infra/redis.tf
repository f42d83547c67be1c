# Redis: speed, never truth. Losing it costs time.

resource "google_redis_instance" "cache" {
  name                    = "sight"
  region                  = var.region
  memory_size_gb          = var.redis.memory_gb
  tier                    = var.redis.tier
  redis_version           = "REDIS_7_2"
  auth_enabled            = true
  authorized_network      = google_compute_network.main.id
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  transit_encryption_mode = "SERVER_AUTHENTICATION"

  # Full means: forget what was used least. A limit that is forgotten begins
  # anew; nothing that is kept here has to stay.
  redis_configs = {
    maxmemory-policy = "allkeys-lru"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours = 3
      }
    }
  }

  depends_on = [google_service_networking_connection.services]
}

locals {
  redis_url = "rediss://:${google_redis_instance.cache.auth_string}@${google_redis_instance.cache.host}:${google_redis_instance.cache.port}"
}
