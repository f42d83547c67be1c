# shellcheck shell=bash
# Terraform without a cloud and without an account, on a copy of the tree.
# Sourced. Wants: infra, work (an empty folder).

: "${infra:?is not set: the folder of the tree}" "${work:?is not set: an empty folder}"

export TF_IN_AUTOMATION=1 TF_INPUT=0
# the provider is fetched once for each user, not for each check
export TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/sight/terraform-plugins}
mkdir -p "$TF_PLUGIN_CACHE_DIR"
# a plan of nothing but new resources asks nobody
export GOOGLE_OAUTH_ACCESS_TOKEN=none

# Whether there is a Terraform that the checks work with.
has_terraform() {
  command -v terraform >/dev/null && command -v jq >/dev/null || return
  # mocks that a plan knows came with 1.11
  local version
  version=$(terraform version -json | jq -r .terraform_version)
  [[ $(printf '%s\n' 1.11.0 "$version" | sort -V | head -1) == 1.11.0 ]]
}

# A copy, so that what Terraform writes stays out of the checkout. The lock
# file stays behind: a mirror may hold builds with other checksums.
stand_in() {
  mkdir -p "$work/infra" "$work/docs"
  cp "$infra/../docs/routes.md" "$work/docs/"
  cp -R "$infra"/{*.tf,modules,tests,environments} "$work/infra/"
  printf 'terraform {\n  backend "local" {}\n}\n' >"$work/infra/here_override.tf"
  cd "$work/infra" || return
}

# Fails where no provider can be had.
start() {
  terraform init -no-color >"$work/init.log" 2>&1 || {
    sed -n '/Error/,$p' "$work/init.log" >&2
    return 1
  }
}

# plan ENVIRONMENT: a first apply, as JSON
plan() {
  terraform plan -no-color -refresh=false -var-file="environments/$1.tfvars" -out="$work/plan" >"$work/plan.log" 2>&1 || {
    cat "$work/plan.log" >&2
    return 1
  }
  terraform show -json "$work/plan"
}
