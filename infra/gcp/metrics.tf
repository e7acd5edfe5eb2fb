# What docs/live.md counts, taken out of the functions' log; and how long that log is kept.

locals {
  metrics = ["Bugs", "Delay", "Digests", "Events", "HandedBack", "Ignored", "Inventoried", "Quarantined", "Records", "SettingsRefused", "Told", "Unavailable"]
}

resource "google_logging_metric" "this" {
  for_each = toset(local.metrics)

  project         = local.project
  name            = "${var.name}/${each.key}"
  description     = "As docs/live.md says."
  filter          = "${local.own_entries} AND jsonPayload.metrics.${each.key}:*"
  value_extractor = "EXTRACT(jsonPayload.metrics.${each.key})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION" # the only one that a value can be taken out for; its sum is what counts
    unit        = each.key == "Delay" ? "s" : "1"
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 32
      growth_factor      = 2
      scale              = 1
    }
  }
}

# Google keeps every log for 30 days; another time needs a place of its own.
resource "google_logging_project_bucket_config" "own" {
  count = var.log_retention_days == 30 ? 0 : 1

  project        = local.project
  location       = var.region
  bucket_id      = var.name
  description    = "The functions' own log."
  retention_days = var.log_retention_days
}

resource "google_logging_project_sink" "own" {
  count = var.log_retention_days == 30 ? 0 : 1

  project                = local.project
  name                   = "${var.name}-own"
  description            = "The functions' own log."
  destination            = "logging.googleapis.com/projects/${var.project}/locations/${var.region}/buckets/${google_logging_project_bucket_config.own[0].bucket_id}"
  filter                 = local.own_entries
  unique_writer_identity = true
}
