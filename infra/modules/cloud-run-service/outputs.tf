output "callers" {
  description = "Who may call it, where Cloud Run asks."
  value       = [for invoker in google_cloud_run_v2_service_iam_member.invoker : invoker.member]
}

output "may_read" {
  description = "The secrets that it has the right to read."
  value       = sort([for right in google_secret_manager_secret_iam_member.reads : right.secret_id])
}

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
