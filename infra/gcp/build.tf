# From the zip to what runs: Cloud Build installs what its requirements.txt pins, hash by hash.

locals {
  repository = "projects/${var.project}/locations/${var.region}/repositories/${var.name}"

  # Cloud Functions copies the zip into a bucket of its own, where the build takes it from.
  build_bucket = "gcf-v2-sources-${local.number}-${var.region}"
}

resource "google_storage_bucket_object" "package" {
  bucket = google_storage_bucket.this["package"].name
  name   = "${filesha256(var.package)}.zip" # another package is another object, and so a new version
  source = var.package
}

resource "google_artifact_registry_repository" "functions" {
  project       = local.project
  location      = var.region
  repository_id = var.name
  description   = "Images of the functions of ${var.name}."
  format        = "DOCKER"
  labels        = local.labels

  cleanup_policies {
    id     = "keep-five"
    action = "KEEP"

    most_recent_versions {
      keep_count = 5
    }
  }

  cleanup_policies {
    id     = "forget-the-rest"
    action = "DELETE"

    condition {
      older_than = "2592000s"
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "builder" {
  project    = local.project
  location   = var.region
  repository = google_artifact_registry_repository.functions.repository_id
  role       = "roles/artifactregistry.writer"
  member     = local.members["builder"]

  depends_on = [google_service_account.this]
}

# Three roles of Google's own, as Cloud Build asks for them:
# https://cloud.google.com/functions/docs/securing/build-custom-sa
resource "google_project_iam_member" "builder" {
  for_each = {
    "roles/logging.logWriter"    = null
    "roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/${local.build_bucket}\")"
  }

  project = local.project
  role    = each.key
  member  = local.members["builder"]

  dynamic "condition" {
    for_each = each.value == null ? [] : [each.value]

    content {
      title      = "sources-of-functions"
      expression = condition.value
    }
  }

  depends_on = [google_service_account.this]
}
