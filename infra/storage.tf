# Files of people. Avatars and documents are apart, so that nobody who has one
# has the other.

locals {
  _storage_agent = "serviceAccount:service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com"

  # bucket → who reads and writes it
  _users_of_files = {
    avatars   = ["accounts", "accounts-push"]
    documents = ["export", "export-push", "rag-ingest", "rag-ingest-push"]
  }
}

resource "google_storage_bucket" "files" {
  for_each = local._users_of_files

  name                        = "${var.project_id}-${each.key}"
  location                    = var.region
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  # a slip of the hand can be undone for a week; a deletion that a person asked
  # for is final when it has passed
  versioning {
    enabled = false
  }
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  # what nobody took from the inbox, and uploads that broke off
  dynamic "lifecycle_rule" {
    for_each = each.key == "documents" ? [1] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        age            = 30
        matches_prefix = ["inbox/"]
      }
    }
  }
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_storage_bucket_iam_member" "uses" {
  for_each = merge([
    for bucket, users in local._users_of_files : { for user in users : "${bucket}/${user}" => { bucket = bucket, member = module.service[user].member } }
  ]...)

  bucket = google_storage_bucket.files[each.value.bucket].name
  role   = "roles/storage.objectUser"
  member = each.value.member
}

resource "google_storage_bucket_iam_member" "purges" {
  bucket = google_storage_bucket.files["documents"].name
  role   = "roles/storage.objectUser"
  member = module.job["maintenance"].member
}

# What somebody puts into the inbox becomes a document.
resource "google_storage_notification" "inbox" {
  bucket             = google_storage_bucket.files["documents"].name
  topic              = module.topic["rag-bucket"].topic.id
  event_types        = ["OBJECT_FINALIZE"]
  object_name_prefix = "inbox/"
  payload_format     = "JSON_API_V1"

  depends_on = [module.topic]
}
