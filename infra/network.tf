# One network, one subnet. PostgreSQL and Redis have private addresses in it;
# Cloud Run's instances reach them through it.

resource "google_compute_network" "main" {
  name                    = "sight"
  auto_create_subnetworks = false

  depends_on = [google_project_service.used]
}

resource "google_compute_subnetwork" "main" {
  name                     = "sight"
  ip_cidr_range            = "10.0.0.0/22" # an instance takes up to two addresses while revisions change
  network                  = google_compute_network.main.id
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Nothing comes in, as without a rule; but who tried stands in the log.
resource "google_compute_firewall" "refused" {
  name          = "sight-refused"
  network       = google_compute_network.main.id
  direction     = "INGRESS"
  priority      = 65000
  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_global_address" "services" {
  name          = "sight-services"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 20
  network       = google_compute_network.main.id
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.main.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}

locals {
  network = {
    id     = google_compute_network.main.id
    subnet = google_compute_subnetwork.main.id
  }
}
