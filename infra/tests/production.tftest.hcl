# What has to hold of everything that is served, asserted on production. No
# cloud is asked: the provider is a mock, whose computed values are invented.

mock_provider "google" {
  override_during = plan
}

run "production" {
  command = plan

  variables {
    alert_emails    = ["somebody@example.com"]
    billing_account = "000000-000000-000000"
    budget          = 2000
    domain          = "sight.example.com"
    environment     = "production"
    mail_from       = "Sight <sight@sight.example.com>"
    operators       = "operators@example.com"
    project_id      = "sight-test"
    project_number  = "123456789012"
    slack_channel   = "projects/sight-test/notificationChannels/1"
    database        = { connections = 700, disk_gb = 100, highly_available = true, tier = "db-custom-4-15360" }
    redis           = { memory_gb = 5, tier = "STANDARD_HA" }
    repository      = { branch = "main", name = "sight", owner = "example" }
    model = {
      keys      = ["EMBEDDING_API_KEY", "MODEL_API_KEY"]
      variables = { EMBEDDING_PROVIDER = "gemini", MODEL_PROVIDER = "gemini" }
    }
  }

  # --- identities -----------------------------------------------------------

  assert {
    condition = length(distinct(concat(
      [for service in module.service : service.service.template[0].service_account],
      [for job in module.job : job.job.template[0].template[0].service_account],
    ))) == length(module.service) + length(module.job)
    error_message = "every service and job has an identity of its own"
  }

  assert {
    condition     = toset(keys(module.service)) == toset(concat(keys(local.services), [for owner in toset(values(local.workers)) : "${owner}-push"]))
    error_message = "a service for each row, and a second one for each that has a worker"
  }

  # of what is made, not of the tables that it is made from; a secret that is new has to be spelt out
  assert {
    condition = jsonencode({
      for secret in concat(tolist(local.by_hand), ["redis-url"]) : secret => sort(concat(
        [for name, service in module.service : name if anytrue([
          for env in service.service.template[0].containers[0].env : try(one(env.value_source).secret_key_ref[0].secret, "") == secret
        ])],
        [for name, job in module.job : name if anytrue([
          for env in job.job.template[0].template[0].containers[0].env : try(one(env.value_source).secret_key_ref[0].secret, "") == secret
        ])],
      ))
      }) == jsonencode({
      bootstrap-secret         = ["accounts"]
      database-url             = ["accounts", "accounts-push", "collaboration", "export", "export-push", "focus-group-run", "focus-group-run-push", "focus-groups", "focus-groups-push", "knowledge", "kpi-recalc", "kpi-recalc-push", "persona-generate", "persona-generate-push", "personas", "personas-push", "projects", "rag-ingest", "rag-ingest-push", "runs", "survey-run", "survey-run-push", "surveys"]
      database-url-maintenance = ["maintenance"]
      database-url-sync        = ["db-migrate"]
      embedding-api-key        = ["knowledge", "persona-generate", "persona-generate-push", "rag-ingest", "rag-ingest-push", "survey-run", "survey-run-push"]
      model-api-key            = ["focus-group-run", "focus-group-run-push", "focus-groups", "focus-groups-push", "knowledge", "persona-generate", "persona-generate-push", "personas", "personas-push", "rag-ingest", "rag-ingest-push", "survey-run", "survey-run-push"]
      neo4j-password           = ["focus-groups", "focus-groups-push", "knowledge", "maintenance", "neo4j-init", "persona-generate", "persona-generate-push", "rag-ingest", "rag-ingest-push"]
      neo4j-uri                = ["focus-groups", "focus-groups-push", "knowledge", "maintenance", "neo4j-init", "persona-generate", "persona-generate-push", "rag-ingest", "rag-ingest-push"]
      redis-url                = ["accounts", "accounts-push", "collaboration", "export", "export-push", "focus-group-run", "focus-group-run-push", "focus-groups", "focus-groups-push", "knowledge", "kpi-recalc", "kpi-recalc-push", "persona-generate", "persona-generate-push", "personas", "personas-push", "projects", "rag-ingest", "rag-ingest-push", "runs", "survey-run", "survey-run-push", "surveys"]
      secret-key               = ["accounts", "accounts-push", "collaboration", "export", "export-push", "focus-group-run", "focus-group-run-push", "focus-groups", "focus-groups-push", "knowledge", "kpi-recalc", "kpi-recalc-push", "persona-generate", "persona-generate-push", "personas", "personas-push", "projects", "rag-ingest", "rag-ingest-push", "runs", "survey-run", "survey-run-push", "surveys"]
      smtp-url                 = ["accounts", "accounts-push"]
    })
    error_message = "every secret is read by those who need it, and by nobody else"
  }

  # the right goes with the variable, and no further
  assert {
    condition = alltrue(concat(
      [for service in module.service : service.may_read == sort(distinct(concat(
        compact([for env in service.service.template[0].containers[0].env : try(one(env.value_source).secret_key_ref[0].secret, "")]),
        [for volume in service.service.template[0].volumes : volume.secret[0].secret],
      )))],
      [for job in module.job : job.may_read == sort(distinct(
        compact([for env in job.job.template[0].template[0].containers[0].env : try(one(env.value_source).secret_key_ref[0].secret, "")])
      ))],
    ))
    error_message = "who is given a secret has the right to read it, and who is not has none"
  }

  assert {
    condition = alltrue([
      for name, half in local.halves : jsonencode(sort(module.service[name].callers)) == jsonencode([
        for who in ["pubsub-push", "sight-smoke"] : "serviceAccount:${who}@sight-test.iam.gserviceaccount.com" if half.is_worker
      ])
    ])
    error_message = "a worker is called by Pub/Sub and by the smoke tests, and by nobody else"
  }

  assert {
    condition = alltrue([
      for name, job in module.job : toset(job.starters) == toset([
        for who in name == "maintenance" ? ["pipeline", "scheduler"] : ["pipeline"] : "serviceAccount:${who}@sight-test.iam.gserviceaccount.com"
      ])
    ])
    error_message = "jobs are started by the pipeline, and maintenance by its clock"
  }

  assert {
    condition = alltrue([
      for topic in module.topic : jsonencode(topic.agent[*].role) == jsonencode(["roles/pubsub.publisher", "roles/pubsub.subscriber"])
      && toset(topic.agent[*].member) == toset(["serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"])
    ])
    error_message = "Pub/Sub may move what nobody could take to the dead letters"
  }

  assert {
    condition     = toset(keys(google_project_iam_member.pipeline)) == toset(["roles/artifactregistry.writer", "roles/logging.logWriter", "roles/logging.viewer", "roles/run.developer"]) && length(google_project_iam_member.asks_models) == 0
    error_message = "nobody but the pipeline and the operators has a right in the whole project"
  }

  assert {
    condition     = toset(keys(google_project_iam_member.operators)) == toset(["roles/cloudsql.instanceUser", "roles/cloudsql.studioUser"])
    error_message = "operators look into the database by a way that reaches its private address"
  }

  # --- what can be reached --------------------------------------------------

  assert {
    condition = alltrue([
      for name, half in local.halves :
      module.service[name].service.ingress == (half.is_worker ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER")
    ])
    error_message = "nothing is public but through the load balancer"
  }

  assert {
    condition     = alltrue([for name, half in local.halves : module.service[name].service.invoker_iam_disabled == !half.is_worker])
    error_message = "a worker asks every caller for Google's token"
  }

  assert {
    condition     = toset(keys(google_compute_backend_service.service)) == toset(keys(local.services))
    error_message = "the load balancer's backends are the APIs, and no worker"
  }

  assert {
    condition     = alltrue([for backend in google_compute_backend_service.service : endswith(backend.security_policy, "/securityPolicies/sight")])
    error_message = "every backend stands behind Cloud Armor"
  }

  assert {
    condition     = one(google_sql_database_instance.main.settings[0].ip_configuration).ipv4_enabled == false && one(google_sql_database_instance.main.settings[0].ip_configuration).ssl_mode == "ENCRYPTED_ONLY"
    error_message = "PostgreSQL has no public address and speaks TLS only"
  }

  assert {
    condition     = google_redis_instance.cache.auth_enabled && google_redis_instance.cache.transit_encryption_mode == "SERVER_AUTHENTICATION"
    error_message = "Redis asks for a password and speaks TLS"
  }

  assert {
    condition     = alltrue([for bucket in concat(values(google_storage_bucket.files), [google_storage_bucket.releases]) : bucket.uniform_bucket_level_access && bucket.public_access_prevention == "enforced"])
    error_message = "no bucket can be made public"
  }

  # --- messages -------------------------------------------------------------

  assert {
    condition     = toset(keys(module.topic)) == toset(["export", "focus-group-run", "focus-group-summary", "kpi-recalc", "kpi-stale", "mail", "persona-generate", "persona-insights", "rag-bucket", "rag-ingest", "survey-run"])
    error_message = "a topic for each worker's route of docs/routes.md"
  }

  assert {
    condition     = alltrue([for topic in module.topic : one(one(topic.push.push_config).oidc_token).audience != ""])
    error_message = "every push shows a token of Google"
  }

  assert {
    condition = alltrue([
      for name, owner in local.workers :
      one(one(module.topic[name].push.push_config).oidc_token).audience == local.audiences[owner]
      && contains(module.service["${owner}-push"].service.custom_audiences, local.audiences[owner])
      && contains([for env in module.service["${owner}-push"].service.template[0].containers[0].env : env.value if env.name == "PUSH_AUDIENCE"], local.audiences[owner])
    ]) && length(distinct(values(local.audiences))) == length(local.audiences)
    error_message = "every push endpoint has an audience of its own, and its service checks that one"
  }

  assert {
    condition     = alltrue([for topic in module.topic : one(topic.push.dead_letter_policy).max_delivery_attempts == 5 && endswith(one(topic.push.dead_letter_policy).dead_letter_topic, "/topics/${topic.dead.topic}")])
    error_message = "every subscription has a dead-letter topic, and that topic a subscription that keeps them"
  }

  assert {
    condition     = alltrue([for topic in module.topic : topic.push.ack_deadline_seconds == 600 && length(topic.push.retry_policy) == 1])
    error_message = "a worker has 600 s, and a refused message waits longer each time"
  }

  # --- limits ---------------------------------------------------------------

  assert {
    condition     = alltrue([for service in module.service : can(regex("@sha256:[0-9a-f]{64}$", service.service.template[0].containers[0].image))])
    error_message = "images go by digest"
  }

  assert {
    condition = alltrue([
      for service in module.service :
      one(one(service.service.template[0].containers[0].startup_probe).http_get).path == "/startup"
      && one(one(service.service.template[0].containers[0].liveness_probe).http_get).path == "/health"
    ])
    error_message = "every service is asked /startup before it serves and /health while it does"
  }

  assert {
    condition = alltrue([
      for service in module.service :
      one(service.service.template[0].scaling).max_instance_count > 0
      && service.service.template[0].max_instance_request_concurrency > 0
      && length(setsubtract(["cpu", "memory"], keys(one(service.service.template[0].containers[0].resources).limits))) == 0
    ])
    error_message = "every service has bounds: instances, requests, cores, memory"
  }

  assert {
    condition     = output.connections_wanted < 700
    error_message = "all instances together open fewer connections than the database takes"
  }

  # an extractor more takes 200 MB beside 256 MB (functions/rag-ingest/README.md)
  assert {
    condition     = module.service["rag-ingest-push"].service.template[0].containers[0].resources[0].limits.memory == "1Gi" && 256 + 200 * tonumber(local._variables_by_use.extractors.EXTRACTORS_AT_ONCE) <= 1024
    error_message = "the extractors of one instance fit into its memory"
  }

  # --- routes ---------------------------------------------------------------

  assert {
    condition = jsonencode({
      for rule in one(google_compute_url_map.public.path_matcher).route_rules :
      rule.match_rules[0].path_template_match => rule.service
      if rule.match_rules[0].path_template_match != "/internal/**"
      }) == jsonencode({
      for path, owners in local.owners :
      replace(replace(path, "/\\{\\*[^}]*\\}/", "**"), "/\\{[^}]*\\}/", "*") => "projects/sight-test/global/backendServices/${owners[0]}"
    })
    error_message = "the URL map is docs/routes.md"
  }

  assert {
    condition     = length(local._rows) == length(regexall("(?m)^\\| (?:GET|POST|PUT|PATCH|DELETE) \\|", file("../docs/routes.md")))
    error_message = "every row of docs/routes.md is understood"
  }

  assert {
    condition     = jsonencode([for rule in one(google_compute_url_map.public.path_matcher).route_rules : rule.priority]) == jsonencode(range(1, length(local.templates) + 2))
    error_message = "every rule has a priority of its own"
  }

  assert {
    condition = (
      index(local.templates[*].template, "/api/v1/invitations/accept") < index(local.templates[*].template, "/api/v1/invitations/*")
      && index(local.templates[*].template, "/api/v1/rag/documents/upload") < index(local.templates[*].template, "/api/v1/rag/documents/*")
      && index(local.templates[*].template, "/api/v1/graph/build/*") < index(local.templates[*].template, "/api/v1/graph/*/ask")
    )
    error_message = "a literal goes before a parameter"
  }

  assert {
    condition = (
      one([
        for rule in one(google_compute_url_map.public.path_matcher).route_rules : one(one(one(rule.route_action).fault_injection_policy).abort).http_status
        if rule.match_rules[0].path_template_match == "/internal/**" && rule.priority == 1
      ]) == 404
      && endswith(one(google_compute_url_map.public.path_matcher).default_service, "/backendServices/web")
      && !anytrue([for template in local.templates : startswith(template.template, "/internal")])
    )
    error_message = "what is no route goes to the console's files, and what is internal to nobody"
  }

  assert {
    condition     = length(local._secrets_of["web"]) == 0 && length(module.service["web"].service.template[0].volumes) == 0
    error_message = "the console's files are served by who can read no secret"
  }

  # --- the clock ------------------------------------------------------------

  assert {
    condition     = jsonencode({ for task, job in google_cloud_scheduler_job.maintenance : task => job.schedule }) == jsonencode({ audit = "17 2 * * *", budgets = "* * * * *", kpis = "* * * * *", purge = "37 2 * * *", republish = "* * * * *", sessions = "57 1 * * *" })
    error_message = "every task of maintenance has its time"
  }

  # --- alerts ---------------------------------------------------------------

  assert {
    condition     = jsonencode({ for name, alert in google_monitoring_alert_policy.alert : name => alert.conditions[0].condition_threshold[0].threshold_value }) == jsonencode({ "5xx" = 0.01, latency = 5000, database-cpu = 0.8, database-disk = 0.9, neo4j = 5, dead-letters = 0, standing-still = 25, maintenance = 3, neo4j-init = 0, door = 1 })
    error_message = "the alerts and their thresholds"
  }

  # what is above its threshold, for how long, counted over how long
  assert {
    condition = jsonencode({
      for name, alert in google_monitoring_alert_policy.alert : name => [
        regex("metric\\.type = \"([^\"]+)\"", alert.conditions[0].condition_threshold[0].filter)[0],
        alert.conditions[0].condition_threshold[0].comparison,
        alert.conditions[0].condition_threshold[0].duration,
        alert.conditions[0].condition_threshold[0].aggregations[0].alignment_period,
      ] if name != "door" # its filter names the check, which only an apply knows
      }) == jsonencode({
      "5xx"          = ["run.googleapis.com/request_count", "COMPARISON_GT", "300s", "60s"]
      latency        = ["run.googleapis.com/request_latencies", "COMPARISON_GT", "300s", "60s"]
      database-cpu   = ["cloudsql.googleapis.com/database/cpu/utilization", "COMPARISON_GT", "600s", "60s"]
      database-disk  = ["cloudsql.googleapis.com/database/disk/utilization", "COMPARISON_GT", "600s", "60s"]
      neo4j          = ["logging.googleapis.com/user/sight-neo4j-failures", "COMPARISON_GT", "0s", "60s"]
      dead-letters   = ["pubsub.googleapis.com/subscription/num_undelivered_messages", "COMPARISON_GT", "0s", "60s"]
      standing-still = ["logging.googleapis.com/user/sight-republished", "COMPARISON_GT", "0s", "1800s"]
      maintenance    = ["run.googleapis.com/job/completed_execution_count", "COMPARISON_GT", "0s", "600s"]
      neo4j-init     = ["run.googleapis.com/job/completed_execution_count", "COMPARISON_GT", "0s", "600s"]
    })
    error_message = "each alert looks at its own series"
  }

  assert {
    condition = (
      strcontains(google_monitoring_alert_policy.alert["5xx"].conditions[0].condition_threshold[0].filter, "response_code_class = \"5xx\"")
      && google_monitoring_alert_policy.alert["5xx"].conditions[0].condition_threshold[0].denominator_filter == "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\""
      && google_monitoring_alert_policy.alert["latency"].conditions[0].condition_threshold[0].aggregations[0].per_series_aligner == "ALIGN_PERCENTILE_95"
    )
    error_message = "1 % is a share of all requests, and 5 s is the 95th percentile"
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.clock.conditions[0].condition_absent[0].filter, "job_name = \"maintenance\"") && google_monitoring_alert_policy.clock.conditions[0].condition_absent[0].duration == "900s"
    error_message = "it is told when nobody looks for runs that stand still"
  }

  assert {
    condition     = alltrue([for alert in concat(values(google_monitoring_alert_policy.alert), values(google_monitoring_alert_policy.burn), values(google_monitoring_alert_policy.told), [google_monitoring_alert_policy.certificate, google_monitoring_alert_policy.clock]) : length(alert.notification_channels) == 2])
    error_message = "every alert reaches e-mail and Slack"
  }

  # each of the clock's tasks that is done once a night is named, so that one that is new is seen
  assert {
    condition = (
      toset(keys(google_monitoring_alert_policy.told)) == toset(["nightly", "not-taken-back", "take-back"])
      && jsonencode(flatten(regexall("\"([a-z]+)\"", split("jsonPayload.task=", google_monitoring_alert_policy.told["nightly"].conditions[0].condition_matched_log[0].filter)[1])))
      == jsonencode([for task, schedule in local.schedules : task if schedule != "* * * * *"])
    )
    error_message = "a nightly task that fails is told, and a release that is not taken back"
  }

  assert {
    condition     = google_monitoring_alert_policy.certificate.conditions[0].condition_threshold[0].threshold_value == 14 && google_monitoring_alert_policy.certificate.conditions[0].condition_threshold[0].comparison == "COMPARISON_LT"
    error_message = "the certificate calls somebody 14 days before it ends"
  }

  assert {
    condition     = toset([for burn in google_monitoring_alert_policy.burn : burn.conditions[0].condition_threshold[0].threshold_value]) == toset([14.4, 6]) && length(google_monitoring_alert_policy.burn) == 4
    error_message = "each objective has a fast and a slow burn"
  }

  assert {
    condition     = jsonencode([for rule in google_billing_budget.month.threshold_rules : rule.threshold_percent]) == jsonencode([0.5, 0.9, 1.0, 1.0]) && length(one(google_billing_budget.month.all_updates_rule).monitoring_notification_channels) == length(var.alert_emails)
    error_message = "the budget tells at a half, at 90 %, at the whole, and when it will be passed: by e-mail, because it takes no other channel"
  }

  assert {
    condition     = google_logging_metric.log["neo4j-failures"].filter == "resource.type=\"cloud_run_revision\" AND jsonPayload.dependency=\"neo4j\" AND severity>=WARNING"
    error_message = "failures of Neo4j are counted by the field that platform writes"
  }

  assert {
    condition     = google_logging_metric.log["republished"].filter == "resource.type=\"cloud_run_job\" AND jsonPayload.task=\"republish\" AND jsonPayload.published>0"
    error_message = "runs that stand still are counted by the fields that maintenance writes"
  }

  # --- the pipeline ---------------------------------------------------------

  assert {
    condition = alltrue([for part in ["/share/", "/api/v1/exports/files/", "/api/v1/collaboration/socket?"] :
    strcontains(google_logging_project_exclusion.tickets.filter, part)])
    error_message = "an address that opens what it names is kept in the request logs"
  }

  assert {
    condition     = length(google_service_account_iam_member.pipeline_deploys) == length(module.service) + length(module.job) && one(google_cloudbuild_trigger.take_back).filter != "" && one(google_cloudbuild_trigger.take_back).substitutions._BUILD == "$(body.message.data.id)" && one(one(google_cloudbuild_trigger.release).github).push[0].branch == "^main$"
    error_message = "the pipeline may deploy everything, of one branch alone, and a release that died is taken back: its own, by the build's id"
  }
}
