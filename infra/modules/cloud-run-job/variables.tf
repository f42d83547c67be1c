variable "args" {
  description = "What it is started with, unless the start says otherwise."
  type        = list(string)
  default     = []
}

variable "egress" {
  description = "Which traffic goes through the network: PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  type        = string
  default     = "PRIVATE_RANGES_ONLY"
}

variable "image" {
  description = "The image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image goes by its digest: a tag may be moved to another."
  }
}

variable "is_protected" {
  description = "Whether Terraform refuses to delete it."
  type        = bool
}

variable "max_retries" {
  description = "How often Cloud Run starts it again by itself."
  type        = number
  default     = 0
}

variable "memory" {
  description = "Memory, as 512Mi."
  type        = string
}

variable "name" {
  description = "The job and its image."
  type        = string
}

variable "network" {
  description = "The network and the subnet that it reaches PostgreSQL and Redis through."
  type        = object({ id = string, subnet = string })
}

variable "project_id" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "secrets" {
  description = "Variables that are secrets: name → id of the secret."
  type        = map(string)
}

variable "starters" {
  description = "Who may start it, by a name of ours."
  type        = map(string)
  default     = {}
}

variable "timeout_seconds" {
  description = "How long it may take."
  type        = number
}

variable "variables" {
  description = "Variables that are none."
  type        = map(string)
}
