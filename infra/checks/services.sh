# shellcheck shell=bash
# A database of its own for a check that starts programs. Sourced. Wants: work
# (a folder), database (a name), and cargo in the checkout, which is here.

: "${work:?is not set: a folder}" "${database:?is not set: a name}"

services='' has_database=false

# In the services of the shell (DATABASE_URL …), or else the tests', which it
# starts. Afterwards $url is the database's address.
own_database() {
  if [[ -z ${DATABASE_URL:-} ]]; then start_services; fi
  psql --quiet --no-psqlrc "$DATABASE_URL" --command "create database $database"
  has_database=true
  # shellcheck disable=SC2034 # for who sources this
  url=$(sed -E "s|^([a-z]+://[^/]*/)[^?]*|\1$database|" <<<"$DATABASE_URL")
}

# They print their variables when they are up, and go on.
start_services() {
  local said=$work/services line waited
  cargo build --quiet --package local
  target/debug/local services --test >"$said" 2>"$work/services.log" </dev/null &
  services=$!
  for ((waited = 0; waited < 600; waited++)); do
    if grep -q '^DATABASE_URL=' "$said"; then
      while read -r line; do export "${line?}"; done < <(grep '^[A-Z0-9_]*=' "$said")
      return
    fi
    kill -0 "$services" 2>/dev/null || break
    sleep 1
  done
  cat "$work/services.log" >&2
  return 1
}

drop_database() {
  if $has_database; then
    psql --quiet --no-psqlrc "$DATABASE_URL" --command "drop database $database with (force)" || true
  fi
  if [[ -n $services ]]; then
    kill "$services" 2>/dev/null || true
    wait "$services" 2>/dev/null || true
  fi
}

free_port() {
  local port
  for ((port = 18000 + $$ % 1000; port < 20000; port++)); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  return 1
}
