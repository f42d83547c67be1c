# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE and is() are of tests/run
# Tests of images/sbom, images/bars and deploy/build. Sourced by tests/run.

# of FILE FILTER
of() {
  jq -r "$2" "$FAKE/bills/$1"
}

# What an image is made of. The real lock file has no such packages: no sums.
bills() {
  world
  mkdir "$FAKE/bills"
  ln -s "$here/cargo" "$FAKE/bin/cargo"
  PATH=$FAKE/bin:$PATH REVISION=abc BASE=base.example/cc:tag@sha256:12ab "$deploy/../images/sbom" crates "$FAKE/bills"
  is 'a bill is of its crate and its commit' 'accounts abc CycloneDX 1.6' "$(of accounts.cdx.json '"\(.metadata.component | "\(.name) \(.version)") \(.bomFormat) \(.specVersion)"')"
  is 'all that a crate is compiled of' 'base.example/cc:tag derive libgcc-s1 platform ring rustls' "$(of accounts.cdx.json '[.components[].name] | sort | join(" ")')"
  is 'also below what was told before, and nothing of another' 'base.example/cc:tag html libgcc-s1 ring rustls' "$(of web.cdx.json '[.components[].name] | sort | join(" ")')"
  is 'a package goes by its address, ours by none' 'pkg:cargo/rustls@1.2.3%2Bx null' "$(of accounts.cdx.json '[(.components[] | select(.name == "rustls" or .name == "platform") | .purl | tostring)] | sort | reverse | join(" ")')"
  is 'who needs whom' 'pkg:cargo/ring@0.1.0' "$(of web.cdx.json '.dependencies[] | select(.ref | test("rustls")) | .dependsOn[]')"
  is 'the image below, by digest' 12ab "$(of web.cdx.json '.components[] | select(.type == "container") | .hashes[0].content')"
  is 'terms, each once' '(GPL-3.0-or-later WITH GCC-exception-3.1) AND (Apache-2.0 OR MIT) AND (MPL-2.0 AND ISC)' "$(cat "$FAKE/bills/web.licences")"
  gone
  if command -v dpkg-query >/dev/null; then
    world
    mkdir "$FAKE/bills"
    "$deploy/../images/sbom" debian "$FAKE/bills" smoke
    is "Debian's packages" "$(dpkg-query --show | wc -l)" "$(of smoke.cdx.json '[.components[] | select(.purl | startswith("pkg:deb/debian/"))] | length')"
    gone
  fi
}

# The same for checks/images and deploy/build.
the_bars() {
  local bar over
  for bar in 'web 15000' 'db-migrate 15000' 'export 40000' 'smoke 50000'; do
    # shellcheck disable=SC2086 # NAME KB
    is "$bar" '' "$("$deploy/../images/bars" $bar 2>&1 || echo "$?")"
    over=$((${bar#* } + 1))
    is "$bar is the bar" "bars: ${bar% *} has $over kB, more than ${bar#* } 1" "$({ "$deploy/../images/bars" "${bar% *}" "$over" 2>&1 || echo "$?"; } | xargs)"
  done
}

# The bills are labels of the images, and an image is said by its own digest.
building() {
  world
  mkdir "$FAKE/bills"
  ln -s "$here/docker" "$FAKE/bin/docker"
  local name names
  names="$("$deploy/../images/crates" names) smoke"
  for name in $names; do
    echo "{\"of\": \"$name\"}" >"$FAKE/bills/$name.cdx.json"
    echo "MIT AND ($name OR ISC)" >"$FAKE/bills/$name.licences"
  done
  # more than a command line takes
  head -c 150000 /dev/urandom >"$FAKE/bills/runs.cdx.json"
  PATH=$FAKE/bin:$PATH REVISION=abc "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'every image by its digest' "$(for name in $names; do echo "$name sha256:$(printf '%064d' 7)"; done)" "$(cat "$FAKE/said")"
  is 'the bill is a label' '{"of": "accounts"}' "$(sed -n 's/^sight.sbom.cyclonedx.gz=//p' "$FAKE/images/accounts" | base64 -d | gunzip)"
  is 'the terms are a label' 'org.opencontainers.image.licenses=MIT AND (web OR ISC)' "$(grep licenses= "$FAKE/images/web")"
  is 'stages' 'final web smoke' "$(for name in accounts web smoke; do grep -A 1 -x -e --target "$FAKE/images/$name" | tail -1; done | xargs)"
  is 'the commit' REVISION=abc "$(grep REVISION "$FAKE/images/accounts")"
  is 'a bill that is too long is told, and in the image alone' '0 1' "$(grep -c sbom.cyclonedx "$FAKE/images/runs") $(grep -c 'the bill of runs' "$FAKE/log")"
  PATH=$FAKE/bin:$PATH "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'the same tag again: refused, as the registry does' 1 "$?"
  RELEASE=other UNKNOWN=web PATH=$FAKE/bin:$PATH "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'no image without its digest' '1 0' "$? $(grep -c '^web' "$FAKE/said")"
  RELEASE=large LARGER=accounts PATH=$FAKE/bin:$PATH "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'no image above its bar' '1 bars: accounts has 15001 kB, more than 15000 0' "$? $(tail -1 "$FAKE/log") $(wc -l <"$FAKE/said")"
  RELEASE=list LIST=accounts PATH=$FAKE/bin:$PATH "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'nor one of which no size is known' '1 0' "$? $(wc -l <"$FAKE/said")"
  rm "$FAKE/bills/web.licences"
  RELEASE=newer PATH=$FAKE/bin:$PATH "$deploy/build" >"$FAKE/said" 2>"$FAKE/log"
  is 'no image without its terms' '1 0' "$? $(grep -c '^web' "$FAKE/said")"
  gone
}
