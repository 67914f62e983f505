#!/bin/sh
# Packages the chart into a folder, with what CHANGELOG.md says of this version as Artifact Hub shows it. Needs helm.
set -eu
folder=${1:?"release/chart.sh: name a folder"}
here=$(dirname "$(readlink -f "$0")")
version=$("$here/version.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/../helm/uprobe-operator" "$work/"
chart=$work/uprobe-operator/Chart.yaml

# The annotations are the last block of Chart.yaml.
{
  echo '  artifacthub.io/changes: |'
  "$here/notes.sh" "$version" | awk '
    /^### / { kind = tolower($2) }
    /^- / { end(); text = substr($0, 3); next }
    /^  [^ ]/ && text != "" { text = text " " substr($0, 3); next }
    { end() }
    END { end() }
    function end() {
      if (text != "") {
        gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text)
        printf "    - kind: %s\n      description: \"%s\"\n", kind, text
      }
      text = ""
    }'
} >> "$chart"
case $version in
  *-*) ;;
  # An alpha API is no reason to hide a release that is none.
  *) sed -i 's|^  artifacthub.io/prerelease: "true"|  artifacthub.io/prerelease: "false"|' "$chart" ;;
esac
helm package "$work/uprobe-operator" --destination "$folder"
