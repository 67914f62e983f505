#!/bin/sh
# Builds everything and runs all tests: unit tests, and as root those on the real kernel.
set -eu
cd "$(dirname "$0")"
./setup.sh
mvn -B -ntp verify
if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED: the kernel tests (tag kernel) did not run: they need root."
fi
if [ -z "${KUBE_BIN:-}" ]; then
  echo "SKIPPED: the tests on an API server (tag cluster) did not run: set KUBE_BIN to a folder with kube-apiserver and etcd."
fi
