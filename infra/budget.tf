resource "google_billing_budget" "month" {
  billing_account = var.billing_account
  display_name    = "Sight ${var.environment}"

  budget_filter {
    projects = ["projects/${var.project_number}"]
  }

  amount {
    specified_amount {
      units = tostring(var.budget)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  # where it goes, not only where it is: a loop is seen days before it is paid
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  # a budget takes channels of e-mail alone, five at most; another one is refused (400; provider issue 22588)
  all_updates_rule {
    monitoring_notification_channels = values(google_monitoring_notification_channel.email)[*].id
    disable_default_iam_recipients   = false
  }
}
