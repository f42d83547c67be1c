# What a slip of the hand may not reach.

mock_provider "google" {
  override_during = plan
}

variables {
  alert_emails    = ["somebody@example.com"]
  billing_account = "000000-000000-000000"
  budget          = 400
  domain          = "sight.example.com"
  environment     = "staging"
  mail_from       = "Sight <sight@sight.example.com>"
  operators       = "operators@example.com"
  project_id      = "sight-test"
  project_number  = "123456789012"
  max_instances   = 2
  database        = { connections = 300, disk_gb = 10, highly_available = false, tier = "db-custom-1-3840" }
  redis           = { memory_gb = 1, tier = "BASIC" }
  model           = { variables = { MODEL_PROVIDER = "offline" } }
}

run "staging_is_small" {
  command = plan

  assert {
    condition     = max([for half in local.halves : half.instances]...) == 2
    error_message = "no service has more instances than the environment allows"
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret.by_hand), "model-api-key") && length(google_project_iam_member.asks_models) == 0
    error_message = "without a provider there is no key and no right"
  }
}

run "vertex_needs_a_right_and_no_key" {
  command = plan

  variables {
    model = { variables = { MODEL_PROVIDER = "vertex", EMBEDDING_PROVIDER = "offline" } }
  }

  assert {
    condition     = contains(keys(google_project_iam_member.asks_models), "persona-generate-push") && !contains(keys(google_project_iam_member.asks_models), "projects")
    error_message = "whoever asks a model of Vertex AI may, and nobody else"
  }
}

run "neo4j_on_a_machine_of_our_own" {
  command = plan

  variables {
    neo4j = { disk_gb = 50, machine_type = "e2-standard-2", image_digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
  }

  assert {
    condition     = length(module.neo4j) == 1
    error_message = "Aura is the default, the machine the alternative"
  }
}

run "a_backup_was_restored_beside_the_database" {
  command = plan

  variables {
    database = { connections = 300, disk_gb = 10, highly_available = false, instance = "sight-restored", tier = "db-custom-1-3840" }
  }

  assert {
    condition     = google_sql_database_instance.main.name == "sight-restored" && google_sql_database.sight.instance == "sight-restored" && google_sql_user.operators.instance == "sight-restored"
    error_message = "the instance that Terraform knows may have another name"
  }
}

run "too_few_connections" {
  command = plan

  variables {
    database = { connections = 100, disk_gb = 10, highly_available = false, tier = "db-custom-1-3840" }
  }

  expect_failures = [check.connections]
}

run "an_image_without_a_digest" {
  command = plan

  variables {
    image_digests = { accounts = "latest" }
  }

  expect_failures = [var.image_digests]
}

run "a_key_among_the_variables" {
  command = plan

  variables {
    model = { variables = { MODEL_API_KEY = "in the open" } }
  }

  expect_failures = [var.model]
}

run "traffic_in_an_emergency" {
  command = plan

  variables {
    traffic = { accounts = { accounts-1 = 90, accounts-2 = 10 } }
  }

  assert {
    condition     = jsonencode({ for service, sent in terraform_data.traffic : service => sent.triggers_replace }) == jsonencode({ accounts = { accounts-1 = 90, accounts-2 = 10 } })
    error_message = "traffic is sent when it changes, for the services that are named and for no other"
  }
}

run "traffic_that_does_not_add_up" {
  command = plan

  variables {
    traffic = { accounts = { accounts-1 = 60, accounts-2 = 30 } }
  }

  expect_failures = [var.traffic]
}

run "more_addresses_than_a_budget_takes" {
  command = plan

  variables {
    alert_emails = [for who in ["a", "b", "c", "d", "e", "f"] : "${who}@example.com"]
  }

  expect_failures = [var.alert_emails]
}

run "an_alert_for_nobody" {
  command = plan

  variables {
    alert_emails = []
  }

  expect_failures = [var.alert_emails]
}
