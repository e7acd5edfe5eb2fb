# The settings, the package, and the records that could not be read; Google encrypts them all.

locals {
  settings_key = "tidewaiter.toml"

  # Names of buckets are the whole world's, hence the project.
  buckets = {
    settings   = { bucket = "${var.name}-settings-${var.project}", disposable = true, days = null }
    package    = { bucket = "${var.name}-package-${var.project}", disposable = true, days = null }
    quarantine = { bucket = "${var.name}-quarantine-${var.project}", disposable = false, days = 365 }
  }
}

resource "google_storage_bucket" "this" {
  for_each = local.buckets

  project                     = local.project
  location                    = var.region
  name                        = each.value.bucket
  force_destroy               = each.value.disposable
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true
  labels                      = local.labels

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      days_since_noncurrent_time = 90
    }
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.days == null ? [] : [each.value.days]

    content {
      action {
        type = "Delete"
      }

      condition {
        age = lifecycle_rule.value # days
      }
    }
  }
}

resource "google_storage_bucket_object" "settings" {
  bucket       = google_storage_bucket.this["settings"].name
  name         = local.settings_key
  content      = var.settings == "" ? "# nothing is set\n" : var.settings # no object may be empty here
  content_type = "application/toml"
}
