variable "name" {
  description = "What everything is called, or begins with; keep tidewaiter in it, by which attacks on these parts themselves are known."
  type        = string
  default     = "tidewaiter"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,22}[a-z0-9]$", var.name))
    error_message = "The application and the storage are named after it, too: use 4 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "location" {
  description = "Region of the hub; the logs of registries and clusters reach an Event Hub of their own region only."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+$", var.location))
    error_message = "Write the region as in westeurope: `az account list-locations --query [].name` lists them."
  }
}

variable "mail" {
  description = "Who gets the mails."
  type        = list(string)

  validation {
    condition     = length(var.mail) > 0
    error_message = "Name at least one address: without one, nobody hears of an implant."
  }

  validation {
    condition     = alltrue([for address in var.mail : can(regex("^[^@,\\s]+@[^@,\\s]+\\.[^@,\\s]+$", address))])
    error_message = "Write addresses as in security@example.com, one for each member of the list."
  }

  validation {
    condition     = length(var.mail) <= 50
    error_message = "Azure sends a mail to 50 addresses at most: name that of a group."
  }
}

variable "mail_domain" {
  description = "Id of a verified domain of an Email Communication Service to write from; null for one of Azure's own, which sends ten mails an hour."
  type        = string
  default     = null

  validation {
    condition     = var.mail_domain == null || can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Communication/emailServices/[^/]+/domains/[^/]+$", var.mail_domain))
    error_message = "Give the id that `az communication email domain show --query id` tells."
  }
}

variable "mail_region" {
  description = "Where mails are kept on their way, as Azure Communication Services name it; that of mail_domain, if there is one."
  type        = string
  default     = "Europe"
}

variable "settings" {
  description = "The text of tidewaiter.toml, as in file(\"tidewaiter.toml\"); the functions read it anew every few minutes."
  type        = string
  default     = ""
}

variable "package" {
  description = "Path of the zip that `make package` builds."
  type        = string

  validation {
    condition     = fileexists(var.package)
    error_message = "There is no such file: run `make package` at the root of the repository first."
  }
}

variable "reach" {
  description = "Public IPv4 addresses that reach the storage and the function app besides Azure: those of the command line, and of whoever applies this."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.reach : can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+(/([0-9]|[12][0-9]|30))?$", address))])
    error_message = "Azure takes single IPv4 addresses, and networks no smaller than /30."
  }
}

variable "subscriptions" {
  description = "Ids of the subscriptions whose images and workloads the inventory lists; empty for the hub's own."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.subscriptions : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give bare ids, as `az account list --query [].id` tells them."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}

variable "log_retention_days" {
  description = "How long the functions' own logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730
    error_message = "Log Analytics keeps logs for 30 to 730 days."
  }
}

variable "quiet_hours_alarm" {
  description = "After how many hours without any event an alarm is mailed: then something before us stands still."
  type        = number
  default     = 6

  validation {
    condition     = var.quiet_hours_alarm >= 1 && var.quiet_hours_alarm <= 24 && floor(var.quiet_hours_alarm) == var.quiet_hours_alarm
    error_message = "Give whole hours from 1 to 24: longer than a day nobody should be blind."
  }
}

variable "maximum_concurrency" {
  description = "How many instances each function may have at once: the ceiling of cost, and of load on the memory."
  type        = number
  default     = 40

  validation {
    condition     = var.maximum_concurrency >= 40 && var.maximum_concurrency <= 1000
    error_message = "Azure takes 40 to 1000 in every region; more than 32 never read one Event Hub."
  }
}

variable "read_manifests" {
  description = "Whether the functions may read images where a log left out their layers; they may only list them otherwise."
  type        = bool
  default     = false
}
