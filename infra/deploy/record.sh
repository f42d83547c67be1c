# shellcheck shell=bash
# What was served before a release, in a bucket: it is there before anything
# changes, and whoever takes the release back reads it, also when the pipeline
# itself is gone. While it is there no second release begins. Sourced.

: "${RELEASES:?is not set: the bucket of releases, gs://PROJECT-releases}"

open_record=$RELEASES/open

# open FILE: fails where there is one already
record_open() {
  gcloud storage cp "$1" "$open_record" --if-generation-match=0 --quiet >/dev/null ||
    { log "a release is open, or died: see $open_record, and infra/deploy/rollback"; return 1; }
}

record_read() {
  gcloud storage cat "$open_record"
}

# close HOW: promoted or taken-back
record_close() {
  gcloud storage mv "$open_record" "$RELEASES/$1/$(date -u +%Y%m%dT%H%M%SZ)" --quiet >/dev/null
}
