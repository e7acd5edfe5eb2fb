# What goes on, at a glance.

locals {
  own_database = "monitored_resource=\"firestore.googleapis.com/Database\",database_id=\"${var.name}\""
  own_metric   = "logging_googleapis_com:user_${replace(var.name, "-", "_")}"

  charts = merge(
    {
      "Events: taken"            = "sum by (subscription_id) (increase(${local.deliveries}[5m]))"
      "Events: waiting, seconds" = "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\",subscription_id=~\"${var.name}-.*\"})"
      "Functions: answers"       = "sum by (service_name, response_code) (increase(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=~\"${var.name}-.*\"}[5m]))"
      "Functions: milliseconds"  = "histogram_quantile(0.95, sum by (le, service_name) (increase(run_googleapis_com:request_latencies_bucket{monitored_resource=\"cloud_run_revision\",service_name=~\"${var.name}-.*\"}[5m])))"
      "Functions: instances"     = "sum by (service_name) (run_googleapis_com:container_instance_count{monitored_resource=\"cloud_run_revision\",service_name=~\"${var.name}-.*\"})"
      "Memory: reads"            = "sum by (type) (increase(firestore_googleapis_com:document_read_ops_count{${local.own_database}}[5m]))"
      "Memory: writes"           = "sum by (op) (increase(firestore_googleapis_com:document_write_ops_count{${local.own_database}}[5m]))"
    },
    {
      for metric in local.metrics : "Tidewaiter: ${metric}" => (metric == "Delay"
        ? "histogram_quantile(0.95, sum by (le) (increase(${local.own_metric}_Delay_bucket{monitored_resource=\"cloud_run_revision\"}[5m])))"
        : "sum(increase(${local.own_metric}_${metric}_sum{monitored_resource=\"cloud_run_revision\"}[5m]))"
      )
    },
  )
}

resource "google_monitoring_dashboard" "this" {
  project = local.project

  dashboard_json = jsonencode({
    displayName = var.name
    labels      = { (var.name) = "" }
    mosaicLayout = {
      columns = 48
      tiles = [for number, title in keys(local.charts) : {
        xPos   = 16 * (number % 3)
        yPos   = 12 * floor(number / 3)
        width  = 16
        height = 12
        widget = {
          title = title
          xyChart = {
            dataSets = [{
              plotType        = "LINE"
              timeSeriesQuery = { prometheusQuery = local.charts[title] }
            }]
          }
        }
      }]
    }
  })

  depends_on = [google_logging_metric.this]
}
