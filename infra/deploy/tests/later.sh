# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE, status and is() are of tests/run
# Tests of what changes a released system without new code: apply, digests. Sourced by tests/run.

# applied [OPTION…]: its status in $status
applied() {
  : >"$FAKE/applied"
  (cd "$FAKE" && PATH=$FAKE/bin:$PATH ENVIRONMENT=staging "$deploy/apply" "$@") >"$FAKE/log" 2>&1
  status=$?
}

applying() {
  world
  ln -s "$here/terraform" "$FAKE/bin/terraform"
  echo 'accounts labels' >"$FAKE/changes"
  applied
  is 'no other template: applied at once' '0 ignored -var-file=environments/staging.tfvars' "$status $(cat "$FAKE/applied")"
  printf '%s\n' 'accounts template' 'runs labels' 'web template' >"$FAKE/changes"
  applied -auto-approve -var budget=3
  is 'another template: first and without the name of the revision, then the rest' "$(printf '%s\n' \
    'sent-empty -var-file=environments/staging.tfvars -auto-approve -var budget=3 -target=module.service["accounts"].google_cloud_run_v2_service.this -target=module.service["web"].google_cloud_run_v2_service.this' \
    'ignored -var-file=environments/staging.tfvars -auto-approve -var budget=3')" "$(cat "$FAKE/applied")"
  is 'and it says what brings them' '2 service(s)' "$(grep -o '2 service(s)' "$FAKE/log")"
  touch "$FAKE/refused"
  applied
  is 'refused: the tree is as it was' '1 0 1' "$((status > 0)) $(find "$deploy/../modules" -name '*_override.tf' | wc -l) $(wc -l <"$FAKE/applied")"
  gone
}

same_again() {
  world
  deploy "$deploy/release" digests
  deploy "$deploy/digests"
  is 'what serves, as release takes it' "$(printf '%s\n' 0 "$(cat "$FAKE/digests")")" "$(echo "$status"; cat "$FAKE/log")"
  jq '.images["accounts-push-new"] = "registry.example/sight/accounts@sha256:2"' "$FAKE/services/accounts-push" >"$FAKE/other"
  mv "$FAKE/other" "$FAKE/services/accounts-push"
  deploy "$deploy/digests"
  is 'two images of one name are no answer' '1 two images serve: accounts' "$status $(grep -o 'two images.*' "$FAKE/log")"
  gone
}
