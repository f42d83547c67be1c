output "dead" {
  description = "The subscription that keeps dead letters."
  value       = google_pubsub_subscription.dead
}

output "push" {
  description = "The subscription that calls the worker."
  value       = google_pubsub_subscription.push
}

output "topic" {
  description = "The topic."
  value       = google_pubsub_topic.this
}
