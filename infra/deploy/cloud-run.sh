# shellcheck shell=bash
# What the deploy scripts ask Cloud Run. Sourced.

: "${REGION:?is not set: the region of the services}"

# How often a call that gives traffic back is tried, and how long between.
attempts=${ATTEMPTS:-3}
pause=${PAUSE_SECONDS:-10}

log() {
  echo "$(date -u +%H:%M:%S) $*" >&2
}

services() {
  gcloud run services list --region="$REGION" --filter=metadata.labels.app=sight --format='value(metadata.name)'
}

# The folder of functions/, and the image, of a service.
image_of() {
  echo "${1%-push}"
}

# The one revision that serves everything, or a failure.
serving() {
  gcloud run services describe "$1" --region="$REGION" --format=json |
    jq -er '[.status.traffic[] | select((.percent // 0) > 0)] | if length == 1 and .[0].percent == 100 then .[0].revisionName else empty end' ||
    { log "$1: no single revision serves it all"; return 1; }
}

tagged() {
  gcloud run services describe "$1" --region="$REGION" --format=json |
    jq -er --arg tag "$2" '.status.traffic[] | select(.tag == $tag) | [.revisionName, .url] | @tsv'
}

# send SERVICE REVISION=PERCENT[,REVISION=PERCENT] [OPTION…]: gcloud fails too where
# the newest revision cannot start, to which nobody is sent. What counts is the
# traffic that is there.
send() {
  gcloud run services update-traffic "$1" --region="$REGION" --to-revisions="$2" "${@:3}" --quiet >/dev/null ||
    has_traffic "$1" "$2"
}

# Whether a service was told these shares, and has them.
has_traffic() {
  gcloud run services describe "$1" --region="$REGION" --format=json |
    jq -e --arg shares "$2" '
      ($shares | split(",") | map(split("=") | {(.[0]): (.[1] | tonumber)}) | add) as $wanted
      | def shares: map(select((.percent // 0) > 0) | {(.revisionName // "the newest"): .percent}) | add;
      .status.observedGeneration == .metadata.generation and all(.spec, .status; (.traffic | shares) == $wanted)' >/dev/null
}

again_and_again() {
  local attempt
  for ((attempt = 1; attempt <= attempts; attempt++)); do
    "$@" && return 0 # a bare one, in a trap, has the status from before it
    log "failed ($attempt of $attempts): $*"
    ((attempt == attempts)) || sleep "$pause"
  done
  return 1
}

# Runs a function for each line of a file, all at once, with the line's words
# as arguments. Fails when one failed, after all have ended. Lines that begin
# with # are for readers.
for_each() {
  local file=$1 pids=() pid failed=0 line
  shift
  while read -r line; do
    [[ $line != '#'* ]] || continue
    # shellcheck disable=SC2086 # the words of the line
    "$@" $line </dev/null &
    pids+=($!)
  done <"$file"
  for pid in ${pids[@]+"${pids[@]}"}; do
    wait "$pid" || failed=1
  done
  return "$failed"
}
