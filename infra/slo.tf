# What is promised to people, and how fast what may go wrong is used up. The
# figures are those of the load balancer: what people see.

locals {
  _door = "resource.type=\"https_lb_rule\" AND resource.labels.url_map_name=\"${google_compute_url_map.public.name}\""

  # Google's workbook of reliability, chapter 5: 2 % of a month's errors in an
  # hour wakes somebody, 5 % in six hours as well
  _burns = {
    fast = { hours = 1, rate = 14.4 }
    slow = { hours = 6, rate = 6 }
  }
  _slos = {
    availability = google_monitoring_slo.availability
    speed        = google_monitoring_slo.speed
  }
}

resource "google_monitoring_custom_service" "sight" {
  service_id   = "sight"
  display_name = "Sight"

  depends_on = [google_project_service.used]
}

resource "google_monitoring_slo" "availability" {
  service             = google_monitoring_custom_service.sight.service_id
  slo_id              = "availability"
  display_name        = "99.5 % of requests are answered without a failure of ours, over 28 days"
  goal                = 0.995
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      bad_service_filter   = "${local._door} AND metric.type=\"loadbalancing.googleapis.com/https/request_count\" AND metric.labels.response_code_class=500"
      total_service_filter = "${local._door} AND metric.type=\"loadbalancing.googleapis.com/https/request_count\""
    }
  }
}

resource "google_monitoring_slo" "speed" {
  service             = google_monitoring_custom_service.sight.service_id
  slo_id              = "speed"
  display_name        = "95 % of requests are answered within 1 s, over 28 days"
  goal                = 0.95
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      # event streams and sockets last
      distribution_filter = "${local._door} AND metric.type=\"loadbalancing.googleapis.com/https/total_latencies\" AND resource.labels.backend_target_name!=\"runs\" AND resource.labels.backend_target_name!=\"collaboration\""
      range {
        min = 0
        max = 1000
      }
    }
  }
}

resource "google_monitoring_alert_policy" "burn" {
  for_each = merge([
    for slo, of in local._slos : {
      for pace, burn in local._burns : "${slo}-${pace}" => merge(burn, { id = of.id, slo = slo })
    }
  ]...)

  display_name          = "${each.value.slo}: what may go wrong is used up ${each.value.rate} times too fast"
  combiner              = "OR"
  notification_channels = local.channels
  severity              = "ERROR"

  documentation {
    content   = "docs/runbook.md#rollback"
    mime_type = "text/markdown"
  }

  conditions {
    display_name = "burn rate over ${each.value.hours} h"

    condition_threshold {
      filter          = "select_slo_burn_rate(\"${each.value.id}\", \"${each.value.hours * 3600}s\")"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.rate
      duration        = "0s"
    }
  }
}
