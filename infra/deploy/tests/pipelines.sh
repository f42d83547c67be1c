# shellcheck shell=bash
# shellcheck disable=SC2016,SC2154 # names of Cloud Build; here, deploy, FAKE and is() are of tests/run
# Tests of cloudbuild.yaml and of the workflow of pull requests. Sourced by tests/run.

the_pipelines() {
  local root=$deploy/../.. file text gate script
  local files=("$root/cloudbuild.yaml" "$root/.github/workflows/checks.yaml")
  for file in "${files[@]}"; do
    text=$(grep -vE '^ *#' "$file")
    for gate in .ci/run 'cargo local coverage' 'cargo local bench' infra/checks/previous-release \
      infra/checks/terraform infra/checks/checkov infra/checks/tflint infra/checks/commands infra/deploy/tests/with-gcloud fake-gcs-server@ pubsub-emulator \
      gitleaks 'cargo deny check advisories' 'SIGHT_REQUIRE.*console,deny,deploy,pubsub,shellcheck,storage'; do
      is "${file##*/} runs $gate" yes "$(grep -q "$gate" <<<"$text" && echo yes)"
    done
  done
  while read -r script; do
    is "$script is there" yes "$([[ -x $root/$script ]] && echo yes)"
  done < <(grep -vhE '^ *#' "${files[@]}" | grep -oE '(\.ci|infra)/[a-z/-]+' | sort -u)
  is 'a release is taken back by the build that it is of' 'BUILD_ID=$BUILD_ID --of $_BUILD $(body.message.data.id)' "$(
    grep -ohE 'BUILD_ID=\$BUILD_ID|--of \$_BUILD|_BUILD += ".*"' "$root/cloudbuild.yaml" "$deploy/take-back.yaml" "$root/infra/pipeline.tf" | sed 's/.* = "\(.*\)"/\1/' | xargs
  )"
  is 'the images that are signed are those that are built' "$({ "$deploy/../images/crates" names; echo smoke; } | sort | xargs)" "$(
    sed -n 's|^  - $_REGION-docker.pkg.dev/$PROJECT_ID/sight/\(.*\):r$SHORT_SHA-$BUILD_ID$|\1|p' "$root/cloudbuild.yaml" | sort | xargs
  )"
  # a step that nobody waits for would fail beside a release that goes on
  is 'every step is waited for, but the release' release "$(
    comm -23 <(sed -n 's/^  - id: //p' "${files[0]}" | sort) \
      <(sed -n 's/^    waitFor: \[\(.*\)\].*/\1/p' "${files[0]}" | tr -d ' "' | tr ',' '\n' | sort -u)
  )"
}

# Every module takes the same providers, and the lock file is theirs.
the_versions() {
  local infra=$deploy/.. wanted locked
  wanted=$(grep -hE '^ +version = ' "$infra"/versions.tf "$infra"/modules/*/versions.tf | sed 's/.*= "\(.*\)"/\1/' | sort -u)
  is 'one range of the provider' '>= 6.40, < 8' "$wanted"
  is 'the lock file is of that range' '>= 6.40.0, < 8.0.0' "$(sed -n 's/.*constraints = "\(.*\)"/\1/p' "$infra/.terraform.lock.hcl")"
  locked=$(sed -n 's/^  version *= "\(.*\)"/\1/p' "$infra/.terraform.lock.hcl")
  is 'and so is what it locks' "$(printf '%s\n' 6.40.0 "$locked" 7.999.999)" "$(printf '%s\n' 6.40.0 "$locked" 7.999.999 | sort -V)"
}

# Neo4j does not answer: what can do without it starts all the same.
the_probes() {
  local limit timeout
  limit=$(sed -n 's/^const PROBE_LIMIT.*from_millis(\([0-9_]*\));/\1/p' "$deploy/../../shared/platform/src/http/health.rs" | tr -d _)
  timeout=$(sed -n '/startup_probe {/,/}/s/.*timeout_seconds *= //p' "$deploy/../modules/cloud-run-service/main.tf")
  is "/startup answers before Cloud Run gives up ($limit ms, $timeout s)" yes "$([[ -n $limit ]] && ((limit + 250 < timeout * 1000)) && echo yes)"
}

# What somebody looks for at night is there, with what to do.
the_runbook() {
  local book=$deploy/../../docs/runbook.md chapter
  while read -r chapter; do
    is "the runbook: $chapter" yes "$(
      awk -v chapter="## $chapter" '/^## / { inside = $0 == chapter } inside' "$book" |
        awk '/^[0-9]+\. |^\| / { list = 1 } /^ *```|`(infra|gcloud|terraform|select|curl)/ { code = 1 } END { if (list && code) print "yes" }'
    )"
  done <<'END'
Rollback
Secrets
Scale
Failed build
Restoring
Neo4j is lost
Redis is lost
Dead letters
The model fails
Cost spike
Certificate
END
  # an alert that names no chapter leads nowhere
  is 'every chapter that an alert names' '' "$(
    comm -23 <(grep -ohE 'chapter += "[^"]+"|runbook.md#[a-z][a-z0-9_-]+' "$deploy"/../*.tf | sed -E 's/.*[#"]([a-z][^"#]*)"?$/\1/' | sort -u) <(chapters "$book")
  )"
  is 'every variable of the runbook is set on it' '' "$(
    comm -23 <(grep -oE '\$\{?[A-Z][A-Z_]+' "$book" | tr -d '${' | sort -u) \
      <({ grep -oE '\b[A-Z][A-Z_]+=' "$book"; printf '%s\n' DATABASE_URL= REDIS_URL=; } | tr -d '=' | sort -u)
  )"
  is 'every chapter that the runbook itself names' '' "$(comm -23 <(grep -oE '\]\(#[^)]+\)' "$book" | tr -d ']()#' | sort -u) <(chapters "$book"))"
}

# The page of deploying: what a step needs was made by those before it.
the_deploying() {
  local page=$deploy/../../docs/deploy.md secret before
  before=$(sed '/-target=module.job/,$d' "$page")
  is 'APIs are turned on before anything is made' '-target=google_project_service.used' "$(
    sed -e :a -e '/\\$/N; s/\\\n//; ta' <<<"$before" | grep '^terraform apply' | head -1 | grep -o -e '-target=.*'
  )"
  for secret in smtp-url neo4j-uri neo4j-password model-api-key; do
    is "$secret is set before a job or a service mounts it" yes "$(grep -q "secrets set $secret" <<<"$before" && echo yes)"
  done
  is "a machine's address is known before it is wanted" '-target=module.neo4j neo4j_uri | infra/deploy/secrets set neo4j-uri' "$(
    grep -oe '-target=module.neo4j' -e 'neo4j_uri | .*' <<<"$before" | xargs
  )"
  # roles.sql passes over whom the database does not know
  is 'operators are there before they get their rights' yes "$(grep -q -e '-target=google_sql_user.operators' <<<"$before" && echo yes)"
  is 'a figure of the logs is there minutes before its alert' yes "$(grep -q -e '-target=google_logging_metric.log' <<<"$before" && echo yes)"
  is 'every variable is set before it is used' '' "$(used_before_set "$page")"
  is 'every release has a name' '' "$(
    grep -hoE '^[^#]*infra/deploy/(build|release|blue-green) .*' "$page" "$deploy/../../docs/runbook.md" "$deploy/../README.md" "$deploy/apply" |
      grep -vE 'RELEASE=|blue-green back'
  )"
  is "the container's entrypoint may write its settings" 0 "$(grep -c -e '--read-only' "$deploy/../modules/neo4j-vm/cloud-init.yaml")"
}

# used_before_set FILE: variables of its commands that no command before them set
used_before_set() {
  awk '
    /^ *```sh/ { inside = 1; next } /^ *```/ { inside = 0 }
    !inside { next }
    {
      line = $0
      gsub(/\\\$|command terraform.*"\$@"/, "", line)
      while (match(line, /(^|[^A-Za-z_$])[A-Za-z_]+=|\$\{?[A-Za-z_]+|(^| )for [a-z]+ /)) {
        word = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (word ~ /=$/) { gsub(/[^A-Za-z_]/, "", word); set[word] = 1 }
        else if (word ~ /for /) { sub(/.*for /, "", word); sub(/ $/, "", word); set[word] = 1 }
        else { gsub(/[${]/, "", word); if (!(word in set)) print word }
      }
    }' "$1" | sort -u
}

# chapters FILE: its headings as GitHub links to them
chapters() {
  sed -n 's/^##* //p' "$1" | tr '[:upper:] ' '[:lower:]-' | sed 's/[^a-z0-9_-]//g' | sort -u
}

# The page is what the simulation says, and the simulation has Terraform's bounds.
the_capacity() {
  local simulate=$deploy/../capacity/simulate page=$deploy/../../docs/capacity.md
  local inventory=$deploy/../inventory/production.txt settings=$deploy/../environments/production.tfvars
  is 'the tables of the page' "$("$simulate"; "$simulate" ends)" "$(awk '/^```text/ { inside = 1; next } /^```/ { inside = 0 } inside' "$page")"
  is 'bounds: workers, accounts, personas, rag-ingest' "$(grep -ohE '\b(workers|accounts|personas|ingest)=[0-9]+' "$simulate" | sort | xargs)" \
    "accounts=$(instances accounts) ingest=$(instances rag-ingest-push) personas=$(instances personas) workers=$(instances persona-generate-push)"
  is "bounds: the model's rate" "$(sed -n 's/^model_per_minute=\([0-9]*\).*/\1/p' "$simulate")" "$(sed -n 's/.*MODEL_REQUESTS_PER_MINUTE *= *"\([0-9]*\)".*/\1/p' "$settings")"
  is 'bounds: cores of PostgreSQL' "$(sed -n 's/^database_cores=\([0-9]*\).*/\1/p' "$simulate")" "$(sed -n 's/.*"db-custom-\([0-9]*\)-.*/\1/p' "$settings")"
  is 'connections' "$(grep -oE 'open [0-9]+ of [0-9]+' "$page")" "open $(sed -n 's/^connections_wanted = //p' "$inventory") of $(sed -n 's/^ *connections *= *//p' "$settings")"
}

# instances SERVICE: its bound in the inventory
instances() {
  awk -v service="module.service[\"$1\"].google_cloud_run_v2_service.this" \
    '/^[a-z]/ { inside = $0 == service } inside && /max_instance_count/ { print $3 }' "$inventory"
}
