# shellcheck shell=bash
# shellcheck disable=SC2154 # here, deploy, FAKE and is() are of tests/run
# Tests of checks/previous-release. Sourced by tests/run.

# A repository of two commits, the second with a migration more; cargo, psql
# and curl are played, and so are the old smoke tests.
two_releases() {
  world
  repository=$FAKE/repository
  mkdir -p "$repository"/{migrations,infra/checks,infra/deploy}
  cp "$deploy/../checks/"{previous-release,services.sh} "$repository/infra/checks/"
  cp "$here/played" "$repository/infra/deploy/smoke"
  echo 'select 1;' >"$repository/migrations/0001_first.sql"
  committed "$repository" --initial
  for program in cargo psql curl; do ln -s "$here/played" "$FAKE/bin/$program"; done
}

committed() {
  [[ -d $1/.git ]] || git init --quiet --initial-branch main "$1"
  git -C "$1" add . && git -C "$1" -c user.name=Ada -c user.email=ada@example.com commit --quiet --message 'A step'
}

# tried [COMMIT]: its status in $status, and what was done in $FAKE/said
tried() {
  (
    cd "$repository" && PATH=$FAKE/bin:$PATH DATABASE_URL=postgres://somebody@127.0.0.1:1/postgres \
      infra/checks/previous-release "$@"
  ) >"$FAKE/log" 2>&1
  status=$?
}

said() {
  sed -E "s#127.0.0.1:[0-9]+#here#; s#previous_release_[0-9]+#its_own#g; s#/[^ ]*/migrations/#…/#g" "$FAKE/said" 2>/dev/null
}

# Nothing stays: no process, no database, no second tree.
left_behind() {
  local server=no
  if [[ -e $FAKE/server.pid ]] && kill -0 "$(cat "$FAKE/server.pid")" 2>/dev/null; then server=yes; fi
  echo "$server $(($(grep -c 'create database' "$FAKE/said") - $(grep -c 'drop database' "$FAKE/said"))) $(git -C "$repository" worktree list | wc -l)"
}

the_release_before() {
  two_releases
  tried
  is 'the first commit has none before it' '1 yes' "$status $(grep -q 'unshallow' "$FAKE/log" && echo yes)"
  echo '// no schema' >"$repository/code.rs"
  committed "$repository"
  tried
  is 'no migration is new: nothing is built' '0 ' "$status $(said)"
  echo 'select 2;' >"$repository/migrations/0002_second.sql"
  committed "$repository"
  tried
  is 'it serves before, while and after the schema changes' '0' "$status"
  is 'in this order' "$(printf '%s\n' 'build 0001_first.sql' 'create database its_own' 'up its_own' 'smoke http://here' \
    'migrate …/0002_second.sql' 'smoke http://here' 'stopped' 'demo its_own' 'drop database its_own with (force)')" "$(said)"
  is 'nothing stays' 'no 0 1' "$(left_behind)"
  rm "$FAKE/said" "$FAKE/migrated"
  tried HEAD~2
  is 'another commit, by name' '0 build 0001_first.sql' "$status $(said | head -1)"
  rm "$FAKE/said" "$FAKE/migrated"
  tried nothing
  is 'a commit that is not there' '1 ' "$status $(said)"
  touch "$FAKE/breaks"
  tried
  is 'it does not work with the new schema' '1 no 0 1 yes' "$status $(left_behind) $(grep -q 'does not work with the new schema' "$FAKE/log" && echo yes)"
  rm "$FAKE/said" "$FAKE/migrated" "$FAKE/breaks"
  touch "$FAKE/locked"
  tried
  is 'the schema cannot change while it serves' '1 no 0 1 1' "$status $(left_behind) $(grep -c smoke "$FAKE/said")"
  rm "$FAKE/said" "$FAKE/locked"
  touch "$FAKE/demo-fails"
  tried
  is 'its main job fails' '1 no 0 1 yes' "$status $(left_behind) $(grep -q 'main job fails' "$FAKE/log" && echo yes)"
  rm "$FAKE/said" "$FAKE/migrated" "$FAKE/demo-fails"
  # a branch is held against where it left, not against its own last commit
  git -C "$repository" switch --quiet --create wide
  echo 'select 3;' >"$repository/migrations/0003_third.sql"
  committed "$repository"
  echo 'select 4;' >"$repository/migrations/0004_fourth.sql"
  committed "$repository"
  tried
  is 'a branch: all that it brings' '0 migrate …/0003_third.sql …/0004_fourth.sql' "$status $(said | grep migrate)"
  rm "$FAKE/said" "$FAKE/migrated"
  printf -- '-- no-transaction\nselect 5;\n' >"$repository/migrations/0005_fifth.sql"
  echo 'select 6;' >"$repository/migrations/0006_sixth.sql"
  committed "$repository"
  tried
  is 'one without a transaction: by itself, in its place' "$(printf '%s\n' 0 'migrate …/0003_third.sql …/0004_fourth.sql' \
    'migrate alone …/0005_fifth.sql' 'migrate …/0006_sixth.sql')" "$(echo "$status"; said | grep migrate)"
  gone
}
