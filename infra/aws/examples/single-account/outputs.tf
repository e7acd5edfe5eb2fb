output "memory" {
  description = "For `tidewaiter show`, `coverage`, `learn` and `close`: --memory with this."
  value       = module.tidewaiter.memory
}

output "settings" {
  description = "Where the functions read tidewaiter.toml."
  value       = module.tidewaiter.settings
}

output "functions" {
  description = "Names of the functions."
  value       = module.tidewaiter.functions
}

output "topics" {
  description = "ARNs of the topics: mail for people, incidents (JSON) for machines."
  value       = module.tidewaiter.topics
}

output "quarantine" {
  description = "Bucket of the records that could not be read."
  value       = module.tidewaiter.quarantine
}

output "failures" {
  description = "Queue of what failed too often."
  value       = module.tidewaiter.failures
}

output "worker_role" {
  description = "ARN of the worker's role: what encrypts the delivery files of a trail must let it decrypt."
  value       = module.tidewaiter.worker_role
}
