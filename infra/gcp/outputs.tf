output "memory" {
  description = "The live memory, as in `tidewaiter coverage --memory`."
  value       = local.memory
}

output "settings" {
  description = "Where the functions read tidewaiter.toml."
  value       = "gs://${google_storage_bucket_object.settings.bucket}/${google_storage_bucket_object.settings.name}"
}

output "functions" {
  description = "Names of the functions: worker, tick and inventory."
  value       = { for name, function in google_cloudfunctions2_function.this : name => function.name }
}

output "topics" {
  description = "Names of the topics: events that wait, failures, and incidents (JSON) for machines."
  value       = { for name, topic in google_pubsub_topic.this : name => "projects/${var.project}/topics/${topic.name}" }
}

output "quarantine" {
  description = "Bucket of the records that could not be read."
  value       = google_storage_bucket.this["quarantine"].name
}

output "failures" {
  description = "Subscription of what failed too often; publish it again when the cause is mended."
  value       = google_pubsub_subscription.failures.name
}

output "dashboard" {
  description = "Title of the dashboard in Cloud Monitoring."
  value       = var.name
}
