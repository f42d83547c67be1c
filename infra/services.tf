# The one table of services. A row is a folder of functions/, an image, a
# service account. Who has a worker (a route below /internal/ in
# docs/routes.md) is deployed twice from one image: NAME for people, and
# NAME-push for Pub/Sub alone.
#
# uses       what it needs beside PostgreSQL, Redis and the key of its tokens
# publishes  topics that it sends to
# memory     measured at rest: 19 MB the largest (cargo local bench processes);
#            512Mi is the least that Cloud Run's second generation gives
# requests   at once in one instance. Five connections to the database wait
#            behind them; accounts: 4 passwords at once, 19 MiB each, 24 ms.
#            Chosen by hand, but for sockets: 80 where rows are read, 40 where a
#            model or the graph may be asked, 20 where a file is in memory, 250
#            streams or files that wait
# instances  at most, of the API and of the worker. What they multiply to is
#            held against the connections of the database
# is_bare    has no database, no Redis and no key

locals {
  services = {
    accounts = {
      uses = ["avatars", "bootstrap", "mail", "push", "queue"], publishes = ["mail", "rag-ingest"]
      api  = { requests = 40, instances = 5 }, worker = { requests = 8, instances = 2 }
    }
    # a socket is a request that lasts: 1,000 is the most that Cloud Run sends one
    # instance. 5,000 in one process were measured (`cargo local bench sockets`)
    collaboration = {
      uses = ["queue"], publishes = ["mail"]
      api  = { requests = 1000, instances = 5, seconds = 3600 }
    }
    # files that are made in a request or by a worker lie with the documents, where maintenance purges them
    export = {
      uses = ["documents", "push", "queue"], publishes = ["export"]
      api  = { requests = 20, instances = 3 }, worker = { requests = 4, instances = 5 }
    }
    focus-group-run = {
      uses = ["model", "push", "queue"], publishes = ["focus-group-run"]
      api  = { requests = 80, instances = 2 }, worker = { requests = 8, instances = 10 }
    }
    focus-groups = {
      uses = ["graph", "model", "push", "queue"], publishes = ["focus-group-summary"]
      api  = { requests = 40, instances = 5 }, worker = { requests = 8, instances = 5 }
    }
    knowledge = {
      uses = ["embedding", "graph", "model", "queue", "rerank"], publishes = ["rag-ingest"]
      api  = { requests = 40, instances = 5 }
    }
    kpi-recalc = {
      uses = ["push", "queue"], publishes = ["kpi-recalc"]
      api  = { requests = 40, instances = 3 }, worker = { requests = 8, instances = 5 }
    }
    persona-generate = {
      uses = ["embedding", "graph", "model", "push", "queue"], publishes = ["persona-generate", "survey-run"]
      api  = { requests = 80, instances = 3 }, worker = { requests = 8, instances = 10 }
    }
    personas = {
      uses = ["model", "push", "queue"], publishes = ["persona-insights"]
      api  = { requests = 20, instances = 10 }, worker = { requests = 8, instances = 5 }
    }
    projects = {
      uses = ["cap", "queue"], publishes = ["mail"]
      api  = { requests = 80, instances = 5 }
    }
    # A worker and its extractor were measured at 80 MB and 172 MB. An instance
    # needs 256 MB and 200 MB for each extractor more: three in 1Gi.
    rag-ingest = {
      uses   = ["documents", "embedding", "extractors", "graph", "model", "push", "queue"], publishes = ["rag-ingest"]
      api    = { requests = 20, instances = 3 }
      worker = { requests = 8, instances = 10, memory = "1Gi" }
    }
    # event streams stay open for as long as a run does
    runs = {
      uses = ["queue"], publishes = local.run_topics
      api  = { requests = 250, instances = 5, seconds = 3600 }
    }
    survey-run = {
      uses = ["embedding", "model", "push", "queue"], publishes = ["persona-generate", "survey-run"]
      api  = { requests = 80, instances = 2 }, worker = { requests = 8, instances = 10 }
    }
    surveys = {
      uses = [], publishes = []
      api  = { requests = 40, instances = 5 }
    }
    # files of the console, the same for everybody
    web = {
      uses = ["console"], publishes = [], is_bare = true
      api  = { requests = 250, instances = 3 }
    }
  }

  bare = toset([for name, row in local.services : name if try(row.is_bare, false)])

  # all but those of e-mails, of the bucket and of the clock: the kinds of runs
  run_topics = sort(setsubtract(keys(local.workers), ["kpi-stale", "mail", "rag-bucket"]))

  # connections of one instance to PostgreSQL
  database_pool = 5
  # an API answers within 30 s, a worker within 590 s (platform's own limits)
  _api_seconds    = 60
  _worker_seconds = 600

  # each half of each service: name → what the module is told
  _halves = merge(
    { for name, row in local.services : name => { of = name, half = row.api, is_worker = false } },
    { for name in toset(values(local.workers)) : "${name}-push" => { of = name, half = local.services[name].worker, is_worker = true } },
  )
  halves = {
    for name, half in local._halves : name => {
      of        = half.of
      is_worker = half.is_worker
      requests  = half.half.requests
      instances = min(half.half.instances, var.max_instances)
      memory    = try(half.half.memory, "512Mi")
      seconds   = try(half.half.seconds, half.is_worker ? local._worker_seconds : local._api_seconds)
    }
  }
}

module "service" {
  source   = "./modules/cloud-run-service"
  for_each = local.halves

  audience        = each.value.is_worker ? local.audiences[each.value.of] : null
  ca_secret       = contains(local.bare, each.value.of) ? null : google_secret_manager_secret.redis_ca.secret_id
  concurrency     = each.value.requests
  cpu             = 1
  image           = local.images[each.value.of]
  invokers        = { pubsub = "serviceAccount:${local.accounts.pubsub}", smoke = module.job["smoke"].member }
  is_worker       = each.value.is_worker
  is_protected    = local.is_production
  max_instances   = each.value.instances
  memory          = each.value.memory
  name            = each.key
  network         = local.network
  project_id      = var.project_id
  region          = var.region
  timeout_seconds = each.value.seconds

  secrets = merge(
    {
      for variable, secret in local._secrets_of[each.value.of] : variable => google_secret_manager_secret.by_hand[secret].secret_id
      # a worker makes nobody an admin, and starts without it
      if !(each.value.is_worker && variable == "BOOTSTRAP_SECRET")
    },
    contains(local.bare, each.value.of) ? {} : { REDIS_URL = google_secret_manager_secret.redis_url.secret_id },
  )
  variables = merge(
    local._variables_of[each.value.of],
    each.value.is_worker ? { SERVE = "push" } : {},
  )

  depends_on = [
    google_project_service.used,
    google_secret_manager_secret_version.redis,
    google_service_networking_connection.services,
  ]
}

# What the database is asked for when every instance of everything runs.
check "connections" {
  assert {
    condition     = local.connections_wanted < var.database.connections
    error_message = "All instances together open ${local.connections_wanted} connections, and the database takes ${var.database.connections}: raise it, or lower `instances`."
  }
}

locals {
  # jobs and people beside the services
  _connections_beside = 20
  connections_wanted  = local._connections_beside + sum([for half in values(local.halves) : half.instances * local.database_pool if !contains(local.bare, half.of)])
}
