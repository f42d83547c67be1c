# The graph: Aura by default, whose address and password are secrets. Or a
# machine of our own, which deploy/secrets then writes into the same secrets.

module "neo4j" {
  source = "./modules/neo4j-vm"
  count  = var.neo4j == null ? 0 : 1

  disk_gb         = var.neo4j.disk_gb
  image           = "${local.registry}/neo4j@${var.neo4j.image_digest}"
  kms_key         = var.kms_key
  machine_type    = var.neo4j.machine_type
  network         = local.network
  operators       = "group:${var.operators}"
  password_secret = google_secret_manager_secret.by_hand["neo4j-password"].secret_id
  zone            = "${var.region}-a"
}
