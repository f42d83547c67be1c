output "member" {
  description = "Its identity, as IAM names it."
  value       = "serviceAccount:${local.email}"
}

output "name" {
  description = "The service."
  value       = google_cloud_run_v2_service.this.name
}

output "service" {
  description = "The whole service, for tests."
  value       = google_cloud_run_v2_service.this
}

output "uri" {
  description = "Its own address, which answers from inside the project only."
  value       = google_cloud_run_v2_service.this.uri
}
