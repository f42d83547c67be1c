variable "audience" {
  description = "What tokens of its callers are made for, where they need one."
  type        = string
  default     = null
}

variable "ca_secret" {
  description = "The secret with the certificate authority of Redis, for who speaks to it."
  type        = string
  default     = null
}

variable "concurrency" {
  description = "Requests at once in one instance."
  type        = number
}

variable "cpu" {
  description = "Cores of one instance."
  type        = number
}

variable "image" {
  description = "The image, by digest."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image goes by its digest: a tag may be moved to another."
  }
}

variable "invokers" {
  description = "Who alone may call a worker: a name of ours → its identity."
  type        = map(string)
}

variable "is_protected" {
  description = "Whether Terraform refuses to delete it."
  type        = bool
}

variable "is_worker" {
  description = "Whether it is for Pub/Sub alone, and not for the load balancer."
  type        = bool
}

variable "max_instances" {
  description = "The most instances."
  type        = number
}

variable "memory" {
  description = "Memory of one instance, as 512Mi."
  type        = string
}

variable "name" {
  description = "The service, its image and its service account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "A service account's name has at most 30 letters, digits and hyphens, and `sight-` is six of them."
  }
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

variable "timeout_seconds" {
  description = "How long a request may take."
  type        = number
}

variable "variables" {
  description = "Variables that are none."
  type        = map(string)
}
