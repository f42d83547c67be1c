# shellcheck shell=bash
# What was served before a release, in a bucket: it is there before anything
# changes, and whoever takes the release back reads it, also when the pipeline
# itself is gone. While it is there no second release begins. Sourced.

: "${RELEASES:?is not set: the bucket of releases, gs://PROJECT-releases}"

open_record=$RELEASES/open
record_mine=${BUILD_ID:-by hand ($$ on ${HOSTNAME:-here})}

# open FILE: fails where there is one already. Its first line says whose it is.
record_open() {
  record_write "$1" --if-generation-match=0 ||
    { log "a release is open, or died: see $open_record, and infra/deploy/rollback"; return 1; }
}

# write FILE [OPTION…]: what is in it
record_write() {
  local owned status=0
  owned=$(mktemp)
  { echo "# $record_mine"; sed '/^#/d' "$1"; } >"$owned"
  gcloud storage cp "$owned" "$open_record" "${@:2}" --quiet >/dev/null || status=1
  rm "$owned"
  return "$status"
}

# Whose the record in a file is: a build's id, or "by hand (…)".
record_owner() {
  sed -n '1s/^# //p' "$1"
}

# Whether one is open: yes or no on the standard output. That it cannot be
# asked is neither. The bucket keeps versions, so those that ended are listed as
# well, each with its end.
record_is_open() {
  local found
  found=$(gcloud storage objects list "$open_record" --format='value(name,noncurrent_time)') || return
  if grep -qE $'^[^\t]+\t?$' <<<"$found"; then echo yes; else echo no; fi
}

record_read() {
  gcloud storage cat "$open_record"
}

# Ends it: a second release may begin. Said twice is no failure.
record_remove() {
  gcloud storage rm "$open_record" --quiet >/dev/null || [[ $(record_is_open) == no ]]
}

# keep HOW FILE: promoted or taken-back, for those who ask later. After the record
# itself is gone: whoever dies between has released, and nobody takes that back.
record_keep() {
  gcloud storage cp "$2" "$RELEASES/$1/$(date -u +%Y%m%dT%H%M%SZ)" --quiet >/dev/null
}
