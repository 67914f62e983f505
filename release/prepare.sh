#!/bin/sh
# Writes a version everywhere it is named, and begins the next section of the changelog.
#   release/prepare.sh 0.2.0             for a release
#   release/prepare.sh 0.3.0-SNAPSHOT    for the work after it
set -eu
cd "$(dirname "$0")/.."
version=${1:-}
if ! printf '%s\n' "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$'; then
  echo "release/prepare.sh: name a version such as 0.2.0 or 0.3.0-SNAPSHOT." >&2
  exit 2
fi
if grep -qF "## [$version]" CHANGELOG.md; then
  echo "release/prepare.sh: CHANGELOG.md already has a section for $version." >&2
  exit 1
fi
sed -i "s|<revision>.*</revision>|<revision>$version</revision>|" pom.xml
sed -i "s|^version: .*|version: $version|; s|^appVersion: .*|appVersion: $version|" helm/uprobe-operator/Chart.yaml
case $version in
  *-SNAPSHOT) exit 0 ;;
esac
sed -i "s|^## \[Unreleased\]\$|## [Unreleased]\n\n## [$version] - $(date -u +%Y-%m-%d)|" CHANGELOG.md
