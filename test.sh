#!/bin/sh
# Builds everything and runs all tests: unit tests, and as root those on the real kernel.
set -eu
cd "$(dirname "$0")"
./setup.sh
mvn -B -ntp verify
if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED: the kernel tests (tag kernel) did not run: they need root."
fi
