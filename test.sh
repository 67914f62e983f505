#!/bin/sh
# Builds everything and runs the tests: unit tests, as root those on the real kernel, and those of a cluster where there is one.
set -eu
cd "$(dirname "$0")"
./setup.sh tests
mvn -B -ntp verify
if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED: the kernel tests (tag kernel) did not run: they need root."
fi
if [ -z "${KUBE_BIN:-}" ]; then
  echo "SKIPPED: the tests on an API server (tag cluster) did not run: set KUBE_BIN to a folder with kube-apiserver and etcd."
fi
if [ -z "${KUBECONFIG:-}" ] || [ -z "${E2E_IMAGE_TAG:-}" ]; then
  echo "SKIPPED: the tests in a cluster (tag e2e) did not run: set KUBECONFIG and E2E_IMAGE_TAG, or use e2e/kind/run.sh."
fi
