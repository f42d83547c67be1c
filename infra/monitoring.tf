# What calls a person. One table: an alert is a row, and docs/runbook.md has
# the chapter that it names.

locals {
  channels = concat(
    values(google_monitoring_notification_channel.email)[*].id,
    var.slack_channel == null ? [] : [var.slack_channel],
  )

  # Event streams and sockets last: they say nothing about speed. Workers
  # take up to 590 s by design; runs that stand still are an alert of their own.
  _not_for_speed = "resource.labels.service_name != \"runs\" AND resource.labels.service_name != \"collaboration\" AND NOT resource.labels.service_name = ends_with(\"-push\")"
  _run_service   = "resource.type = \"cloud_run_revision\""

  # chapter       of docs/runbook.md
  # filter        the series; `of` is what it is a share of, where it is one
  # threshold     above it for `minutes`
  alerts = {
    "5xx" = {
      title     = "More than 1 % of a service's requests fail"
      chapter   = "rollback"
      filter    = "${local._run_service} AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"5xx\""
      of        = "${local._run_service} AND metric.type = \"run.googleapis.com/request_count\""
      aligner   = "ALIGN_RATE"
      reducer   = "REDUCE_SUM"
      by        = ["resource.labels.service_name"]
      threshold = 0.01
      minutes   = 5
    }
    latency = {
      title     = "P95 of a service is over 5 s"
      chapter   = "scale"
      filter    = "${local._run_service} AND metric.type = \"run.googleapis.com/request_latencies\" AND ${local._not_for_speed}"
      aligner   = "ALIGN_PERCENTILE_95"
      reducer   = "REDUCE_MAX"
      by        = ["resource.labels.service_name"]
      threshold = 5000 # ms
      minutes   = 5
    }
    database-cpu = {
      title     = "PostgreSQL uses more than 80 % of its cores"
      chapter   = "scale"
      filter    = "resource.type = \"cloudsql_database\" AND metric.type = \"cloudsql.googleapis.com/database/cpu/utilization\""
      aligner   = "ALIGN_MEAN"
      threshold = 0.8
      minutes   = 10
    }
    database-disk = {
      title     = "PostgreSQL's disk is more than 90 % full"
      chapter   = "scale"
      filter    = "resource.type = \"cloudsql_database\" AND metric.type = \"cloudsql.googleapis.com/database/disk/utilization\""
      aligner   = "ALIGN_MEAN"
      threshold = 0.9
      minutes   = 10
    }
    neo4j = {
      title     = "More than 5 connections to Neo4j fail in a minute"
      chapter   = "neo4j-is-lost"
      filter    = "${local._run_service} AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.log["neo4j-failures"].name}\""
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      threshold = 5
      minutes   = 0
    }
    dead-letters = {
      title     = "A message is a dead letter"
      chapter   = "dead-letters"
      filter    = "resource.type = \"pubsub_subscription\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.labels.subscription_id = ends_with(\"-dead\")"
      aligner   = "ALIGN_MAX"
      by        = ["resource.labels.subscription_id"]
      reducer   = "REDUCE_MAX"
      threshold = 0
      minutes   = 0
    }
    # republish says `published` only when it found a run that nobody works on. Now
    # and then is a crash that healed; 25 of 30 minutes is a run that stands still.
    standing-still = {
      title     = "A run makes no progress"
      chapter   = "runs-that-stand-still"
      filter    = "resource.type = \"cloud_run_job\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.log["republished"].name}\""
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      period    = 1800
      threshold = 25
      minutes   = 0
    }
    maintenance = {
      title     = "Maintenance fails again and again"
      chapter   = "maintenance"
      filter    = "resource.type = \"cloud_run_job\" AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"failed\" AND resource.labels.job_name = \"${module.job["maintenance"].name}\""
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      period    = 600
      threshold = 3 # republish is tried again each minute: one failure heals itself
      minutes   = 0
    }
    # a release waits for db-migrate, and for this one nobody
    neo4j-init = {
      title     = "neo4j-init failed"
      chapter   = "neo4j-init"
      filter    = "resource.type = \"cloud_run_job\" AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"failed\" AND resource.labels.job_name = \"${module.job["neo4j-init"].name}\""
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      period    = 600
      threshold = 0
      minutes   = 0
    }
    door = {
      title     = "The public address does not answer"
      chapter   = "rollback"
      filter    = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id = \"${google_monitoring_uptime_check_config.public.uptime_check_id}\""
      aligner   = "ALIGN_NEXT_OLDER"
      reducer   = "REDUCE_COUNT_FALSE"
      threshold = 1 # one region alone may be the region's own trouble
      minutes   = 2
    }
  }
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = each.key
  type         = "email"
  labels       = { email_address = each.key }

  depends_on = [google_project_service.used]
}

resource "google_monitoring_alert_policy" "alert" {
  for_each = local.alerts

  display_name          = each.value.title
  combiner              = "OR"
  notification_channels = local.channels
  severity              = "ERROR"

  documentation {
    content   = "docs/runbook.md#${each.value.chapter}"
    mime_type = "text/markdown"
  }

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter             = each.value.filter
      denominator_filter = try(each.value.of, null)
      comparison         = "COMPARISON_GT"
      threshold_value    = each.value.threshold
      duration           = "${each.value.minutes * 60}s"

      aggregations {
        alignment_period     = "${try(each.value.period, 60)}s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = try(each.value.reducer, null)
        group_by_fields      = try(each.value.by, null)
      }

      dynamic "denominator_aggregations" {
        for_each = can(each.value.of) ? [1] : []
        content {
          alignment_period     = "60s"
          per_series_aligner   = each.value.aligner
          cross_series_reducer = each.value.reducer
          group_by_fields      = each.value.by
        }
      }

      trigger {
        count = 1
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

# Whoever looks for runs that stand still has to run: where the clock, its right
# or the job is gone, nothing fails and no line is written.
resource "google_monitoring_alert_policy" "clock" {
  display_name          = "Maintenance has not run for 15 minutes"
  combiner              = "OR"
  notification_channels = local.channels
  severity              = "ERROR"

  documentation {
    content   = "docs/runbook.md#maintenance"
    mime_type = "text/markdown"
  }

  conditions {
    display_name = "no execution has ended well"

    condition_absent {
      filter   = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${module.job["maintenance"].name}\" AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"succeeded\""
      duration = "900s" # three of its tasks begin every minute, and one may take long

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

# What a line of a log says once, and no figure does.
locals {
  _told = merge(
    {
      # it serves on, and the next one is refused: words of deploy/rollback
      not-taken-back = {
        title    = "A release was not taken back"
        chapter  = "rollback"
        severity = "CRITICAL"
        filter   = "resource.type=\"build\" AND (textPayload:\"NOT given back\" OR textPayload:\"nothing is given back\")"
      }
      # once a night, so that no count of failures tells of it
      nightly = {
        title    = "A nightly task of maintenance failed"
        chapter  = "maintenance"
        severity = "ERROR"
        filter   = "resource.type=\"cloud_run_job\" AND jsonPayload.task=(\"audit\" OR \"purge\" OR \"sessions\") AND severity>=ERROR"
      }
    },
    # also where it ends before the script says a word
    { for trigger in google_cloudbuild_trigger.take_back : "take-back" => {
      title    = "What takes a release back has failed"
      chapter  = "rollback"
      severity = "CRITICAL"
      filter   = "resource.type=\"build\" AND resource.labels.build_trigger_id=\"${trigger.trigger_id}\" AND textPayload=~\"^ERROR\""
    } },
  )
}

resource "google_monitoring_alert_policy" "told" {
  for_each = local._told

  display_name          = each.value.title
  combiner              = "OR"
  notification_channels = local.channels
  severity              = each.value.severity

  documentation {
    content   = "docs/runbook.md#${each.value.chapter}"
    mime_type = "text/markdown"
  }

  conditions {
    display_name = "the log says so"

    condition_matched_log {
      filter = each.value.filter
    }
  }

  alert_strategy {
    auto_close = "86400s"

    notification_rate_limit {
      period = "300s"
    }
  }
}

# The certificate renews itself, unless the domain's records changed.
resource "google_monitoring_alert_policy" "certificate" {
  display_name          = "The certificate ends in less than 14 days"
  combiner              = "OR"
  notification_channels = local.channels
  severity              = "WARNING"

  documentation {
    content   = "docs/runbook.md#certificate"
    mime_type = "text/markdown"
  }

  conditions {
    display_name = "days until it ends"

    condition_threshold {
      filter          = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires\""
      comparison      = "COMPARISON_LT"
      threshold_value = 14
      duration        = "600s"

      aggregations {
        alignment_period     = "1200s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_MEAN"
        group_by_fields      = ["resource.labels.host"]
      }
    }
  }
}

resource "google_monitoring_uptime_check_config" "public" {
  display_name = "https://${var.domain}/health"
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/health"
    port         = 443
    use_ssl      = true
    validate_ssl = true
    accepted_response_status_codes {
      status_class = "STATUS_CLASS_2XX"
    }
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      host       = var.domain
      project_id = var.project_id
    }
  }

  depends_on = [google_project_service.used]
}

# Figures that only a line of the log has. The fields are written by
# shared/platform/src/graph.rs, whose test holds it, and by
# jobs/maintenance/src/task.rs.
resource "google_logging_metric" "log" {
  for_each = {
    neo4j-failures = "resource.type=\"cloud_run_revision\" AND jsonPayload.dependency=\"neo4j\" AND severity>=WARNING"
    republished    = "resource.type=\"cloud_run_job\" AND jsonPayload.task=\"republish\" AND jsonPayload.published>0"
  }

  name   = "sight-${each.key}"
  filter = each.value

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }

  depends_on = [google_project_service.used]
}

# These addresses hold what opens something: the ticket of a socket, the token of a shared page, the ticket of a
# file. Two of them are good for more than a moment, and none has any business in a log.
resource "google_logging_project_exclusion" "tickets" {
  name        = "addresses-with-tickets"
  description = "addresses that open what they name"
  filter = join(" OR ", [for part in [
    "/api/v1/collaboration/socket?",
    "/api/v1/exports/files/",
    "/share/",
  ] : "httpRequest.requestUrl:\"${part}\""])

  depends_on = [google_project_service.used]
}
