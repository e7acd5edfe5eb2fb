variable "name" {
  description = "What everything is called, or begins with; the same as the hub's."
  type        = string
  default     = "tidewaiter"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Use 3 to 24 lower-case letters, digits and hyphens, and begin with a letter, as for the hub."
  }
}

variable "bus" {
  description = "ARN of the hub's event bus: its output `bus`."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:events:[a-z0-9-]+:[0-9]{12}:event-bus/.+$", var.bus))
    error_message = "Take the hub's output `bus`: arn:aws:events:REGION:ACCOUNT:event-bus/NAME."
  }
}

variable "regions" {
  description = "The regions of this account whose events are forwarded; the hub reads its own region by itself."
  type        = set(string)

  validation {
    condition     = length(var.regions) > 0
    error_message = "Name at least one region: without any, nothing is forwarded."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
