output "memory" {
  description = "For `tidewaiter show`, `coverage`, `learn` and `close`: --memory with this."
  value       = module.tidewaiter.memory
}

output "settings" {
  description = "Where the functions read tidewaiter.toml."
  value       = module.tidewaiter.settings
}

output "functions" {
  description = "Name of the function app."
  value       = module.tidewaiter.functions
}

output "topics" {
  description = "Ids: the action group of alarms for people, the topic of incidents (JSON) for machines."
  value       = module.tidewaiter.topics
}

output "quarantine" {
  description = "Container of the records that could not be read."
  value       = module.tidewaiter.quarantine
}

output "failures" {
  description = "Queue of what failed too often."
  value       = module.tidewaiter.failures
}

output "assignments" {
  description = "Ids of the policy assignments, for remediations."
  value       = module.policy.assignments
}
