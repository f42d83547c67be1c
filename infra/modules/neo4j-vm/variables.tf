variable "disk_gb" {
  description = "Size of its data disk."
  type        = number
}

variable "image" {
  description = "Neo4j's image in our registry, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image goes by its digest: a tag may be moved to another."
  }
}

variable "kms_key" {
  description = "A key of your own, or null."
  type        = string
  default     = null
}

variable "machine_type" {
  description = "The machine."
  type        = string
}

variable "network" {
  description = "The network and the subnet that it is in."
  type        = object({ id = string, subnet = string })
}

variable "operators" {
  description = "Who may sign in on the machine, by Google's tunnel: `group:…`."
  type        = string
}

variable "password_secret" {
  description = "The secret with its password."
  type        = string
}

variable "zone" {
  description = "Where it stands."
  type        = string
}
