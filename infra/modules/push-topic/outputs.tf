output "agent" {
  description = "What Pub/Sub itself may: publish dead letters, and take the originals."
  value       = [google_pubsub_topic_iam_member.forwards, google_pubsub_subscription_iam_member.acknowledges]
}

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
