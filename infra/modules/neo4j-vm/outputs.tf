output "uri" {
  description = "What neo4j-uri has to be."
  value       = "bolt://${google_compute_address.this.address}:7687"
}
