# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE, status and is() are of tests/run
# Tests of deploy/secrets, bootstrap and traffic. Sourced by tests/run.

export PROJECT=sight-test INSTANCE=sight DATABASE=10.0.0.3 OPERATORS=them@example.com SQLADMIN=http://sql.fake

secret_world() {
  world
  ln -s "$here/curl" "$FAKE/bin/curl"
  mkdir "$FAKE/secrets"
}

# the user and the password of a secret's URL, as the database was told them
signs_in() {
  sed -n 's|postgres://\([^:]*\):\([^@]*\)@10.0.0.3:5432/sight?sslmode=require|\1 \2|p' "$FAKE/secrets/$1"
}

secrets_of_an_empty_project() {
  secret_world
  deploy "$deploy/secrets" first
  is 'every value that can be made' '0 bootstrap-secret database-url database-url-maintenance database-url-sync secret-key' "$status $(cd "$FAKE/secrets" && echo *)"
  is 'keys of 48 letters' '48 48' "$(wc -c <"$FAKE/secrets/secret-key") $(wc -c <"$FAKE/secrets/bootstrap-secret")"
  local secret
  for secret in database-url-sync database-url database-url-maintenance; do
    is "$secret: the database knows that password" "$(signs_in "$secret")" "$(sed 's/ POST / /' "$FAKE/users" | grep -xF "$(signs_in "$secret")")"
  done
  is 'whose they are' 'sight-owner sight-service-a sight-maintenance' "$(cut -d ' ' -f 1 "$FAKE/users" | xargs)"
  is 'no password is an argument' 0 "$(grep -cFf <(cut -d ' ' -f 3 "$FAKE/users") "$FAKE/calls")"
  sha256sum "$FAKE"/secrets/* >"$FAKE/sums"
  deploy "$deploy/secrets" first
  is 'a second time: all is there' '0 3' "$(sha256sum --check --quiet "$FAKE/sums" >/dev/null 2>&1; echo $?) $(wc -l <"$FAKE/users")"
  local call
  for call in 1 2; do
    FAIL_AT=$(($(cat "$FAKE/count") + call)) deploy "$deploy/secrets" first
    is "what cannot be read is not made anew, $call" '1 0 3' "$status $(sha256sum --check --quiet "$FAKE/sums" >/dev/null 2>&1; echo $?) $(wc -l <"$FAKE/users")"
    FAIL_AT=$(($(cat "$FAKE/count") + call)) deploy "$deploy/secrets" rotate database-url
    is "nor is a user who may be signed in, $call" '1 3' "$status $(wc -l <"$FAKE/users")"
  done
  gone
}

secrets_anew() {
  secret_world
  deploy "$deploy/secrets" first
  deploy "$deploy/secrets" rotate database-url
  is 'the other user gets the new password' sight-service-b "$(signs_in database-url | cut -d ' ' -f 1)"
  deploy "$deploy/secrets" retire
  is 'the one before can sign in no more' '0 sight-service-a PUT' "$status $(tail -1 "$FAKE/users" | cut -d ' ' -f 1-2)"
  is 'the new one still can' 1 "$(grep -cF "$(signs_in database-url | cut -d ' ' -f 2)" "$FAKE/users")"
  deploy "$deploy/secrets" rotate database-url
  is 'and back, to a user that is there' 'sight-service-a PUT' "$(tail -1 "$FAKE/users" | cut -d ' ' -f 1-2)"
  printf %s 'neo4j+s://there' | deploy "$deploy/secrets" set neo4j-uri
  is 'a value by hand' 'neo4j+s://there' "$(cat "$FAKE/secrets/neo4j-uri")"
  deploy "$deploy/secrets" rotate neo4j-uri
  is 'what others make is not made here' '2 neo4j+s://there' "$status $(cat "$FAKE/secrets/neo4j-uri")"
  deploy "$deploy/secrets" roles
  is 'roles: the group has its name' '0 0' "$status $(grep -c @OPERATORS@ "$FAKE/bucket/releases/roles.sql")"
  is 'roles: as the owner of the tables' 1 "$(grep -c 'sql import sql sight gs://releases/roles.sql .*--user=sight-owner' "$FAKE/calls")"
  rm "$FAKE/secrets/database-url"
  deploy "$deploy/secrets" retire
  is 'nobody is locked out by a secret without a value' '1 PUT sight-service-a' "$status $(tail -1 "$FAKE/users" | awk '{ print $2, $1 }')"
  gone
}

beginning() {
  world
  deploy "$deploy/bootstrap"
  is 'a bucket that nobody sees, whose past is kept' '0 1 1' "$status $(grep -c 'buckets create.*--public-access-prevention' "$FAKE/calls") $(grep -c 'buckets update.*--versioning' "$FAKE/calls")"
  is 'agents that Terraform gives rights to are there' "$(grep -ohE '[a-z-]+\.iam\.gserviceaccount' "$deploy"/../{storage,topics}.tf | sed 's/\..*//' | grep -v '^$' | sort | xargs)" \
    "$(sed -n 's/^gcloud storage service-agent .*/gs-project-accounts/p; s/^gcloud beta services identity create --service=\([a-z]*\).*/gcp-sa-\1/p' "$FAKE/calls" | sort | xargs)"
  deploy "$deploy/bootstrap"
  is 'a second time: nothing is made' '0 1' "$status $(grep -c 'buckets create' "$FAKE/calls")"
  gone
}

sending() {
  world
  FAIL_AT=1 deploy "$deploy/traffic" accounts accounts-a=60,accounts-b=40
  is 'traffic by hand, tried again' '0 a=60 b=40 old=100' "$status $(serves)"
  FAIL_FROM=1 deploy "$deploy/traffic" accounts accounts-a=100
  is 'and told where it could not be sent' 1 "$status"
  gone
}
