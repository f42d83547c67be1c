output "address" {
  description = "Where the domain's A record has to point."
  value       = google_compute_global_address.public.address
}

output "connections_wanted" {
  description = "Connections to PostgreSQL when every instance runs."
  value       = local.connections_wanted
}

output "database" {
  description = "The database's private address and its instance, for deploy/secrets."
  value = {
    address  = google_sql_database_instance.main.private_ip_address
    instance = google_sql_database_instance.main.name
  }
}

output "registry" {
  description = "Where images are pushed to."
  value       = local.registry
}

output "variables" {
  description = "The variables of each service: those with a value, and the names of those that are secrets."
  value = {
    for name, row in local.services : name => {
      secrets = sort(concat(keys(local._secrets_of[name]), contains(local.bare, name) ? [] : ["REDIS_URL"]))
      values  = local._variables_of[name]
    }
  }
}

output "neo4j_uri" {
  description = "The address of Neo4j on a machine of our own, for the secret neo4j-uri."
  value       = one(module.neo4j[*].uri)
}
