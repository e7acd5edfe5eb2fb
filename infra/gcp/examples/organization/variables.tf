variable "organization" {
  description = "Number of the organisation, as `gcloud organizations list` tells it."
  type        = string
}

variable "project" {
  description = "Id of the project in which everything runs."
  type        = string
}

variable "region" {
  description = "Where the functions run, and the memory lies."
  type        = string
}

variable "projects" {
  description = "The projects with images, by id, as the module's variable of this name has them."
  type = map(object({
    existing = optional(set(string), [])
    scanned  = optional(bool, true)
  }))
}

variable "legacy_buckets" {
  description = "Buckets of Container Registry that are still in use."
  type        = set(string)
  default     = []
}

variable "mail" {
  description = "Who gets the mails."
  type        = list(string)
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string
  default     = "../../../../dist/tidewaiter-gcp.zip"
}

variable "settings" {
  description = "Path of tidewaiter.toml; it should name the organisation and its projects as your own."
  type        = string
}
