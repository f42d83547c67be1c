output "job" {
  description = "The whole job, for tests."
  value       = google_cloud_run_v2_job.this
}

output "member" {
  description = "Its identity, as IAM names it."
  value       = "serviceAccount:${local.email}"
}

output "name" {
  description = "The job."
  value       = google_cloud_run_v2_job.this.name
}
