# Secrets are made here, their values are not: deploy/secrets makes the first
# ones, and rotates them, so that no state holds them. Who reads which follows
# from the tables of services and jobs.

locals {
  by_hand = toset(concat(
    [
      "bootstrap-secret", "database-url", "database-url-maintenance", "database-url-sync",
      "neo4j-password", "neo4j-uri", "secret-key", "smtp-url",
    ],
    [for variable in var.model.keys : lower(replace(variable, "_", "-"))],
  ))
}

resource "google_secret_manager_secret" "by_hand" {
  for_each = local.by_hand

  secret_id = each.key

  replication {
    auto {}
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.used]
}

# Memorystore makes its own password, and the state has it with the instance.
resource "google_secret_manager_secret" "redis_url" {
  secret_id = "redis-url"

  replication {
    auto {}
  }

  depends_on = [google_project_service.used]
}

resource "google_secret_manager_secret" "redis_ca" {
  secret_id = "redis-ca"

  replication {
    auto {}
  }

  depends_on = [google_project_service.used]
}

resource "google_secret_manager_secret_version" "redis" {
  for_each = {
    ca  = { secret = google_secret_manager_secret.redis_ca.id, data = join("\n", google_redis_instance.cache.server_ca_certs[*].cert) }
    url = { secret = google_secret_manager_secret.redis_url.id, data = local.redis_url }
  }

  secret      = each.value.secret
  secret_data = each.value.data
}
