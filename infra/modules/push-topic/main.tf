# A topic, the push that brings its messages to a worker, and the topic for
# those that nobody could take, with a subscription that keeps them.

resource "google_pubsub_topic" "this" {
  name                       = "sight-${var.name}"
  kms_key_name               = var.kms_key
  message_retention_duration = "86400s"

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_topic" "dead" {
  name         = "sight-${var.name}-dead"
  kms_key_name = var.kms_key

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

resource "google_pubsub_subscription" "push" {
  name                       = "sight-${var.name}"
  topic                      = google_pubsub_topic.this.name
  ack_deadline_seconds       = 600 # the most that Pub/Sub grants; a worker stops at 590 s
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = "" # never, however quiet it is
  }

  push_config {
    push_endpoint = "${var.endpoint}/internal/events/${var.name}"
    oidc_token {
      service_account_email = var.caller
      audience              = var.audience
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = "projects/${var.project_id}/topics/${google_pubsub_topic.dead.name}"
    max_delivery_attempts = 5
  }
}

resource "google_pubsub_subscription" "dead" {
  name                       = "sight-${var.name}-dead"
  topic                      = google_pubsub_topic.dead.name
  message_retention_duration = "1209600s" # two weeks to look at them

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself moves a message: it publishes to the dead letters, and
# acknowledges the original.
resource "google_pubsub_topic_iam_member" "forwards" {
  topic  = google_pubsub_topic.dead.id
  role   = "roles/pubsub.publisher"
  member = var.agent
}

resource "google_pubsub_subscription_iam_member" "acknowledges" {
  subscription = google_pubsub_subscription.push.id
  role         = "roles/pubsub.subscriber"
  member       = var.agent
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = var.publishers

  topic  = google_pubsub_topic.this.id
  role   = "roles/pubsub.publisher"
  member = each.value
}
