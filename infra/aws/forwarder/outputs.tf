output "rules" {
  description = "Names of the rules in each region."
  value       = { for region in var.regions : region => [for rule in local.rules : "${var.name}-${rule.name}" if rule.region == region] }
}
