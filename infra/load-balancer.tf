# The one door: a global load balancer that sends each route to its owner and
# every other path to the console's files, which have nobody's data. What is
# internal is 404 before any service is asked.

locals {
  public = toset([for name, half in local.halves : name if !half.is_worker])

  # by name and not by id, so that a plan says which
  _global  = "projects/${var.project_id}/global"
  backends = { for name, backend in google_compute_backend_service.service : name => "${local._global}/backendServices/${backend.name}" }
}

resource "google_compute_global_address" "public" {
  name = "sight-public"

  depends_on = [google_project_service.used]
}

resource "google_compute_managed_ssl_certificate" "public" {
  name = "sight"

  managed {
    domains = [var.domain]
  }
}

resource "google_compute_ssl_policy" "public" {
  name            = "sight"
  min_tls_version = "TLS_1_2"
  profile         = "RESTRICTED"
}

resource "google_compute_region_network_endpoint_group" "service" {
  for_each = local.public

  name                  = each.key
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = module.service[each.key].name
  }
}

resource "google_compute_backend_service" "service" {
  for_each = local.public

  name                  = each.key
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = "${local._global}/securityPolicies/${google_compute_security_policy.public.name}"

  backend {
    group = google_compute_region_network_endpoint_group.service[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = local.is_production ? 0.1 : 1 # Cloud Run logs every request beside it
  }
}

resource "google_compute_url_map" "public" {
  name = "sight"

  host_rule {
    hosts        = [var.domain]
    path_matcher = "routes"
  }

  # another host: what is asked for by address alone is nobody's route
  default_route_action {
    fault_injection_policy {
      abort {
        http_status = 404
        percentage  = 100
      }
    }
    weighted_backend_services {
      backend_service = local.backends["accounts"]
      weight          = 100
    }
  }

  path_matcher {
    name = "routes"

    default_service = local.backends["web"]

    route_rules {
      priority = 1

      match_rules {
        path_template_match = "/internal/**"
      }

      route_action {
        # every request ends here, so the backend below is never asked
        fault_injection_policy {
          abort {
            http_status = 404
            percentage  = 100
          }
        }
        weighted_backend_services {
          backend_service = local.backends["web"]
          weight          = 100
        }
      }
    }

    dynamic "route_rules" {
      for_each = local.templates
      content {
        priority = route_rules.key + 2
        service  = local.backends[route_rules.value.owner]

        match_rules {
          path_template_match = route_rules.value.template
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for owners in values(local.owners) : length(toset(owners)) == 1])
      error_message = "A path has one owner: ${join(", ", [for path, owners in local.owners : path if length(toset(owners)) > 1])}"
    }
    precondition {
      condition     = alltrue([for owners in values(local.owners) : contains(local.public, owners[0])])
      error_message = "docs/routes.md names an owner that has no row in services.tf."
    }
    precondition {
      condition     = length(local.templates) <= 199
      error_message = "A path matcher takes 200 rules: group them by owner."
    }
  }
}

resource "google_compute_target_https_proxy" "public" {
  name             = "sight"
  ssl_certificates = [google_compute_managed_ssl_certificate.public.id]
  ssl_policy       = google_compute_ssl_policy.public.id
  url_map          = google_compute_url_map.public.id
}

resource "google_compute_global_forwarding_rule" "https" {
  name                  = "sight-https"
  ip_address            = google_compute_global_address.public.id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "443"
  target                = google_compute_target_https_proxy.public.id
}

resource "google_compute_url_map" "to_https" {
  name = "sight-to-https"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "to_https" {
  name    = "sight-to-https"
  url_map = google_compute_url_map.to_https.id
}

resource "google_compute_global_forwarding_rule" "http" {
  name                  = "sight-http"
  ip_address            = google_compute_global_address.public.id
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "80"
  target                = google_compute_target_http_proxy.to_https.id
}

# Before any function is asked: one address may not flood us, and no worker is
# called from outside, whatever the URL map says.
resource "google_compute_security_policy" "public" {
  name = "sight"

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable = true
    }
  }

  rule {
    action      = "deny(404)"
    priority    = 100
    description = "workers are called by Pub/Sub, never through this door"
    match {
      expr {
        expression = "request.path.lower().urlDecode().startsWith('/internal')"
      }
    }
  }

  # A person may poll 600 times a minute (docs/routes.md); an office of
  # twenty people who work behind one address does not come near this.
  rule {
    action      = "throttle"
    priority    = 200
    description = "3,000 requests a minute from one address"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 3000
        interval_sec = 60
      }
    }
  }

  # Looked at, not enforced: researchers upload and ask in any words, and a
  # rule that takes them for an attack would lock them out. SQL is bound, and
  # pages are escaped, where it counts.
  dynamic "rule" {
    for_each = { 300 = "sqli-v33-stable", 301 = "xss-v33-stable", 302 = "lfi-v33-stable", 303 = "rce-v33-stable", 304 = "cve-canary" }
    content {
      action      = "deny(403)"
      priority    = rule.key
      preview     = rule.value != "cve-canary" # known holes of foreign software: none of it is ours
      description = rule.value
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}', {'sensitivity': 1})"
        }
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "everything else"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
