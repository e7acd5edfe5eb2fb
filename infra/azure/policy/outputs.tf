output "assignments" {
  description = "Ids of the assignments, for remediations."

  value = {
    for about in keys(local.watched) :
    about => "${local.scope}/providers/Microsoft.Authorization/policyAssignments/${var.name}-${about}"
  }
}
