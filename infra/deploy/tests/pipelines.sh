# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE and is() are of tests/run
# Tests of cloudbuild.yaml and of the workflow of pull requests. Sourced by tests/run.

the_pipelines() {
  local root=$deploy/../.. file gate script
  local files=("$root/cloudbuild.yaml" "$root/.github/workflows/checks.yaml")
  for file in "${files[@]}"; do
    for gate in .ci/run 'cargo local coverage' 'cargo local bench' infra/checks/previous-release; do
      is "${file##*/} runs $gate" yes "$(grep -vE '^ *#' "$file" | grep -qF "$gate" && echo yes)"
    done
  done
  while read -r script; do
    is "$script is there" yes "$([[ -x $root/$script ]] && echo yes)"
  done < <(grep -vhE '^ *#' "${files[@]}" | grep -oE '(\.ci|infra)/[a-z/-]+' | sort -u)
  # a step that nobody waits for would fail beside a release that goes on
  is 'every step is waited for, but the release' release "$(
    comm -23 <(sed -n 's/^  - id: //p' "${files[0]}" | sort) \
      <(sed -n 's/^    waitFor: \[\(.*\)\].*/\1/p' "${files[0]}" | tr -d ' "' | tr ',' '\n' | sort -u)
  )"
}
