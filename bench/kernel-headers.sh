#!/bin/sh
# bcc compiles its programs against kernel headers. Where the running kernel has none, those of Debian's kernel serve for
# uprobes: this merges their two folders into the one that is given, and prints the version code that bcc asks for.
set -eu
merged=$1
architecture=$(dpkg --print-architecture)
if ! ls -d /usr/src/linux-headers-*-common >/dev/null 2>&1; then
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "linux-headers-$architecture" >/dev/null
fi
common=$(ls -d /usr/src/linux-headers-*-common | tail -n 1)
mkdir -p "$merged"
cp -as "$common/." "${common%-common}-$architecture/." "$merged" 2>/dev/null || true # files of both: the first stays
version=$(basename "$common" | sed 's/linux-headers-\([0-9]*\)\.\([0-9]*\).*/\1 \2/')
# shellcheck disable=SC2086 # two words
printf '0x%02x%02x00\n' $version
