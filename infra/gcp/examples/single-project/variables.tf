variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Where the functions run, and the memory lies: best where most of your images are."
  type        = string
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
  description = "Path of your tidewaiter.toml; null for none."
  type        = string
  default     = null
}

variable "existing_topics" {
  description = "Which of the topics cloud-builds and gcr `gcloud pubsub topics list` shows already; the others are made."
  type        = set(string)
  default     = []
}

variable "data_read" {
  description = "Whether pulls and listings are logged, too: enumeration is invisible otherwise, and every pull is a paid log entry."
  type        = bool
  default     = false
}
