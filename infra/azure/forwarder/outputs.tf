output "unheard" {
  description = "Registries of other regions: only Event Grid tells of them, without anybody's name."
  value       = local.elsewhere
}
