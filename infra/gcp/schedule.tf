# What happens by the clock.

locals {
  schedules = {
    tick      = "*/5 * * * *"
    inventory = "17 * * * *" # it has something to do about once a day, and goes on where it was cut off
  }
}

resource "google_cloud_scheduler_job" "this" {
  for_each = local.schedules

  project          = local.project
  region           = var.region
  name             = "${var.name}-${each.key}"
  description      = local.functions[each.key].description
  schedule         = each.value
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.functions[each.key].timeout + 30}s"

  http_target {
    http_method = "POST"
    uri         = local.addresses[each.key]

    oidc_token {
      service_account_email = trimprefix(local.members["caller"], "serviceAccount:")
      audience              = local.addresses[each.key]
    }
  }

  # The next round makes good what this one could not do.
  retry_config {
    retry_count          = 2
    min_backoff_duration = "10s"
  }

  depends_on = [google_cloud_run_v2_service_iam_member.caller]
}
