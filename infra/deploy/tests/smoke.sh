# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE, status and is() are of tests/run
# Tests of the smoke tests, as their job runs them. Sourced by tests/run.

# smoked ARGUMENT…: its status in $status
smoked() {
  : >"$FAKE/asked"
  PATH=$FAKE/bin:$PATH CLOUD_RUN_JOB=smoke "$deploy/smoke" "$@" >"$FAKE/log" 2>&1
  status=$?
}

smoking() {
  world
  ln -s "$here/curl" "$FAKE/bin/curl"
  smoked personas=https://canary---personas-x-lm.a.run.app accounts-push=https://canary---accounts-push.a.run.app
  is 'the revisions of a release, at the addresses of their tag' '0 smoke: 2 address(es) are well' "$status $(tail -1 "$FAKE/log")"
  is 'and what each says of its stores' 'smoke: accounts-push {"status":"ready"} smoke: personas {"status":"ready"}' "$(sort "$FAKE/log" | grep status | xargs -d '\n')"
  smoked accounts-push=https://accounts-push.a.run.app
  is 'a worker at its own address' 0 "$status"
  smoked accounts-push=https://canary---accounts-push.a.run.app --requests=3
  is 'a worker is filled' '0 3' "$status $(grep -c '^accounts-push.*/startup' "$FAKE/asked")"
  echo /share/nobody >"$FAKE/broken"
  smoked personas=https://personas.example
  is 'a shared page that fails, which no log has' '1 smoke: personas: GET /share/nobody: 500 instead of 404' "$status $(tail -1 "$FAKE/log")"
  echo / >"$FAKE/broken"
  smoked https://one.example web=https://one.example
  is 'the console of one machine' '1 smoke: web: GET /: 500 instead of 200' "$status $(grep 'GET /:' "$FAKE/log")"
  gone
}
