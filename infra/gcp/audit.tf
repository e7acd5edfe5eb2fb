# Data Access logs: pushes are among them, and they are off unless somebody switches them on.
#
# For each service named here, these take the place of what was configured before.

locals {
  log_types = concat(["DATA_WRITE"], [for on in [var.data_read] : "DATA_READ" if on])
}

resource "google_project_iam_audit_config" "registry" {
  for_each = local.sinks

  project = each.key
  service = "artifactregistry.googleapis.com"

  dynamic "audit_log_config" {
    for_each = local.log_types

    content {
      log_type = audit_log_config.value
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_organization_iam_audit_config" "registry" {
  for_each = toset(compact([var.organization]))

  org_id  = each.key
  service = "artifactregistry.googleapis.com"

  dynamic "audit_log_config" {
    for_each = local.log_types

    content {
      log_type = audit_log_config.value
    }
  }
}

# Nobody can switch it on for one bucket.
resource "google_project_iam_audit_config" "storage" {
  for_each = local.legacy_projects

  project = each.key
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}
