# What is wrong with Tidewaiter itself, told by the same mail.

locals {
  # Entries of the log that are bad news by themselves.
  told = {
    quarantined = {
      description = "Records could not be read; they lie whole in the bucket ${local.buckets["quarantine"].bucket}."
      filter      = "${local.own_entries} AND jsonPayload.metrics.Quarantined>0"
    }
    settings-refused = {
      description = "tidewaiter.toml has an error, and the last good one still rules: the log says which."
      filter      = "${local.own_entries} AND jsonPayload.metrics.SettingsRefused>0"
    }
    bugs = {
      description = "Code of ours failed; the other detectors still run, and the log says where."
      filter      = "${local.own_entries} AND jsonPayload.metrics.Bugs>0"
    }
    schedules = {
      description = "Tick or inventory could not be called: the log of the job and of the function say why."
      filter      = "resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=(${join(" OR ", [for name in keys(local.schedules) : "\"${var.name}-${name}\""])}) AND severity>=ERROR"
    }
  }

  # Numbers of Google's own that should be small.
  measured = merge(
    {
      failures = {
        description = "Something failed too often and lies in the subscription ${local.topics["failures"]}: look at it, mend the cause, and publish it again."
        filter      = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${local.topics["failures"]}\""
        threshold   = 0
        aligner     = "ALIGN_MAX"
      }
      old-events = {
        description = "An event waits for more than five minutes: the workers are too few or failing."
        filter      = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=monitoring.regex.full_match(\"${join("|", [for key in keys(local.subscriptions) : "${var.name}-${replace(key, "/", "-")}"])}\")"
        threshold   = 300 # seconds
        aligner     = "ALIGN_MAX"
      }
    },
    {
      for name in keys(local.functions) : "${name}-errors" => {
        description = "The function ${var.name}-${name} failed or was killed: its log says why."
        # 503 says that it shall come again, which is no failure yet.
        filter    = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.name}-${name}\" AND metric.labels.response_code=monitoring.regex.full_match(\"500|504\")"
        threshold = 0
        aligner   = "ALIGN_DELTA"
      }
    },
  )

  # Where nothing was ever delivered there is no series, and without one no threshold speaks.
  deliveries = "pubsub_googleapis_com:subscription_push_request_count{monitored_resource=\"pubsub_subscription\",response_class=\"ack\",subscription_id=~\"${var.name}-.*\"}"
}

resource "google_monitoring_alert_policy" "told" {
  for_each = local.told

  project               = local.project
  display_name          = "${var.name}: ${each.key}"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.key

    condition_matched_log {
      filter = each.value.filter
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = each.value.description
  }

  alert_strategy {
    auto_close           = "1800s"
    notification_prompts = ["OPENED"]

    notification_rate_limit {
      period = "3600s"
    }
  }
}

resource "google_monitoring_alert_policy" "measured" {
  for_each = local.measured

  project               = local.project
  display_name          = "${var.name}: ${each.key}"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.key

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = "0s"

      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.aligner == "ALIGN_MAX" ? "REDUCE_MAX" : "REDUCE_SUM"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = each.value.description
  }

  alert_strategy {
    auto_close = "1800s"
  }

  depends_on = [google_cloudfunctions2_function.this, google_pubsub_subscription.failures, google_pubsub_subscription.worker]
}

resource "google_monitoring_alert_policy" "quiet" {
  project               = local.project
  display_name          = "${var.name}: quiet"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = "quiet"

    condition_prometheus_query_language {
      query               = "(sum(increase(${local.deliveries}[${var.quiet_hours_alarm}h])) or vector(0)) < 1"
      duration            = "0s"
      evaluation_interval = "300s"

      # Before the first push there is no such metric, and this is about just that.
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "No event arrived for ${var.quiet_hours_alarm} hours: are the sinks there, the audit logs on, the worker alive?"
  }

  alert_strategy {
    auto_close = "1800s"
  }
}
