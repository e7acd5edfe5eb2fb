variable "name" {
  description = "What the policies are called, or begin with; keep tidewaiter in it."
  type        = string
  default     = "tidewaiter"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,10}[a-z0-9]$", var.name))
    error_message = "An assignment to a management group has 24 characters at most: use 3 to 12 lower-case letters, digits and hyphens."
  }
}

variable "hub" {
  description = "The hub's output of that name."

  type = object({
    location           = string
    event_hub          = string
    authorization_rule = string
  })
}

variable "management_group" {
  description = "Id of the management group under whose subscriptions future registries and clusters shall be heard; null for the provider's own subscription."
  type        = string
  default     = null

  validation {
    condition     = var.management_group == null || can(regex("(?i)^/providers/Microsoft.Management/managementGroups/[^/]+$", var.management_group))
    error_message = "Give the whole id, as `az account management-group list --query [].id` tells it."
  }
}
