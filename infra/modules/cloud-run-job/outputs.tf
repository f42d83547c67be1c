output "job" {
  description = "The whole job, for tests."
  value       = google_cloud_run_v2_job.this
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
  description = "The job."
  value       = google_cloud_run_v2_job.this.name
}

output "starters" {
  description = "Who may start it."
  value       = [for starter in google_cloud_run_v2_job_iam_member.starts : starter.member]
}
