variable "subscription" {
  description = "Id of the subscription, as `az account show --query id` tells it."
  type        = string
}

variable "location" {
  description = "Region of the registries, and of the hub, such as westeurope."
  type        = string
}

variable "registries" {
  description = "Ids of the container registries, as `az acr list --query [].id` tells them."
  type        = set(string)
  default     = []
}

variable "clusters" {
  description = "Ids of the AKS clusters, as `az aks list --query [].id` tells them."
  type        = set(string)
  default     = []
}

variable "mail" {
  description = "Who gets the mails."
  type        = list(string)
}

variable "reach" {
  description = "Public addresses of whoever applies this, and of the command line."
  type        = set(string)
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string
  default     = "../../../../dist/tidewaiter-azure.zip"
}

variable "settings" {
  description = "Path of tidewaiter.toml; null to begin without."
  type        = string
  default     = null
}
