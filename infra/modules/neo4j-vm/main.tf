# Neo4j Community on a machine of our own: one machine, no copy of it. What is
# in it can be made again from documents and talks, and a snapshot of every
# night saves the time.

resource "google_service_account" "this" {
  account_id   = "neo4j-vm"
  display_name = "The machine of Neo4j"
}

resource "google_secret_manager_secret_iam_member" "reads" {
  secret_id = var.password_secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this.member
}

resource "google_project_iam_member" "logs" {
  for_each = toset(["roles/artifactregistry.reader", "roles/logging.logWriter", "roles/monitoring.metricWriter"])

  project = google_service_account.this.project
  role    = each.key
  member  = google_service_account.this.member
}

resource "google_compute_disk" "data" {
  name = "neo4j-data"
  size = var.disk_gb
  type = "pd-ssd"
  zone = var.zone

  dynamic "disk_encryption_key" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      kms_key_self_link = disk_encryption_key.value
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_compute_resource_policy" "nightly" {
  name = "neo4j-nightly"

  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "01:00"
      }
    }
    retention_policy {
      max_retention_days = 14
    }
  }
}

resource "google_compute_disk_resource_policy_attachment" "nightly" {
  name = google_compute_resource_policy.nightly.name
  disk = google_compute_disk.data.name
  zone = var.zone
}

resource "google_compute_address" "this" {
  name         = "neo4j"
  address_type = "INTERNAL"
  subnetwork   = var.network.subnet
}

resource "google_compute_instance" "this" {
  name                      = "neo4j"
  machine_type              = var.machine_type
  zone                      = var.zone
  allow_stopping_for_update = true
  deletion_protection       = true
  tags                      = ["neo4j"]

  boot_disk {
    initialize_params {
      image = "projects/cos-cloud/global/images/family/cos-stable"
    }
  }

  attached_disk {
    source      = google_compute_disk.data.id
    device_name = "data"
  }

  network_interface {
    subnetwork = var.network.subnet
    network_ip = google_compute_address.this.address
  }

  metadata = {
    block-project-ssh-keys = "true"
    enable-oslogin         = "TRUE"
    user-data              = templatefile("${path.module}/cloud-init.yaml", { image = var.image, secret = var.password_secret })
  }

  service_account {
    email  = google_service_account.this.email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_integrity_monitoring = true
    enable_secure_boot          = true
    enable_vtpm                 = true
  }

  lifecycle {
    ignore_changes = [boot_disk[0].initialize_params[0].image] # the family moves on by itself
  }
}

# Bolt, from the subnet of our own services.
resource "google_compute_firewall" "bolt" {
  name          = "neo4j-bolt"
  network       = var.network.id
  source_ranges = ["10.0.0.0/22"]
  target_tags   = ["neo4j"]

  allow {
    protocol = "tcp"
    ports    = ["7687"]
  }
}

# Operators sign in by Google's tunnel (docs/runbook.md, "Neo4j is lost"): the
# machine has no public address, and no other way leads to its port 22.
resource "google_compute_firewall" "tunnel" {
  name          = "neo4j-tunnel"
  network       = var.network.id
  source_ranges = ["35.235.240.0/20"] # Identity-Aware Proxy
  target_tags   = ["neo4j"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_iap_tunnel_instance_iam_member" "operators" {
  instance = google_compute_instance.this.name
  zone     = var.zone
  role     = "roles/iap.tunnelResourceAccessor"
  member   = var.operators
}

resource "google_compute_instance_iam_member" "operators" {
  instance_name = google_compute_instance.this.name
  zone          = var.zone
  role          = "roles/compute.osAdminLogin"
  member        = var.operators
}

# whoever signs in acts as the machine
resource "google_service_account_iam_member" "operators" {
  service_account_id = google_service_account.this.name
  role               = "roles/iam.serviceAccountUser"
  member             = var.operators
}
