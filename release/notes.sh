#!/bin/sh
# Prints what CHANGELOG.md says of a version: the notes of its release. Fails if it says nothing.
set -eu
version=${1:?"release/notes.sh: name a version such as 0.2.0"}
notes=$(awk -v heading="## [$version]" '
  index($0, heading) == 1 { found = 1; next }
  found && /^## \[/ { exit }
  found' "$(dirname "$0")/../CHANGELOG.md")
if [ -z "$(printf '%s' "$notes" | tr -d '[:space:]')" ]; then
  echo "release/notes.sh: CHANGELOG.md has no section for $version, or an empty one." >&2
  exit 1
fi
printf '%s\n' "$notes" | sed '/./,$!d'
