#!/bin/sh
# Builds everything and runs the tests: unit tests, as root those on the real kernel, and those of a cluster where there is one.
set -eu
cd "$(dirname "$0")"
./setup.sh tests
./lint.sh
mvn -B -ntp verify
# The race that kernels from 6.13 on brought, the chart's container on a kernel before 6.6, and all traces on the oldest one.
guests="amd64-new-lazy:race amd64-6.1:pod amd64-5.10:traces"
guests_skipped=""
# shellcheck disable=SC2086 # a list of words
fetch_guests() { kernels/run.sh --fetch $guests; }
if [ "$(dpkg --print-architecture)" != amd64 ]; then
  guests_skipped="this machine is not amd64"
elif ! command -v qemu-system-x86_64 >/dev/null; then
  guests_skipped="qemu-system-x86_64 is missing"
elif ! fetch_guests; then
  guests_skipped="kernels and root file systems cannot be downloaded"
else
  # shellcheck disable=SC2086 # a list of words
  kernels/run.sh $guests
fi
if [ -n "$guests_skipped" ]; then
  echo "SKIPPED: the guests with other kernels did not run: $guests_skipped."
fi
if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED: the kernel tests (tag kernel) did not run: they need root."
fi
if [ -z "${KUBE_BIN:-}" ]; then
  echo "SKIPPED: the tests on an API server (tag cluster) did not run: set KUBE_BIN to a folder with kube-apiserver and etcd."
fi
if [ -z "${KUBECONFIG:-}" ] || [ -z "${E2E_IMAGE_TAG:-}" ]; then
  echo "SKIPPED: the tests in a cluster (tag e2e) did not run: set KUBECONFIG and E2E_IMAGE_TAG, or use e2e/kind/run.sh."
fi
