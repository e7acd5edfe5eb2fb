variable "name" {
  description = "What the forwarder's parts are called, or begin with; keep tidewaiter in it."
  type        = string
  default     = "tidewaiter-forwarder"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "Use 3 to 40 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "hub" {
  description = "The hub's output of that name."

  type = object({
    location           = string
    event_hub          = string
    authorization_rule = string
    function           = string
    storage            = string
    undelivered        = string
  })
}

variable "webhook" {
  description = "The hub's output of that name."
  type        = string
  sensitive   = true
}

variable "registries" {
  description = "Ids of container registries of this subscription."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.registries : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.ContainerRegistry/registries/[^/]+$", id))])
    error_message = "Give whole ids, as `az acr list --query [].id` tells them."
  }
}

variable "clusters" {
  description = "Ids of AKS clusters of this subscription, in the hub's region."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.clusters : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.ContainerService/managedClusters/[^/]+$", id))])
    error_message = "Give whole ids, as `az aks list --query [].id` tells them."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
