#!/bin/sh
# Starts a cluster with kind, builds and loads the images, and runs the e2e tests there. Needs docker, kind, a JDK and
# Maven. KEEP=1 leaves the cluster running.
set -eu
cd "$(dirname "$0")/../.."
name=uprobe-e2e
tag=dev
for tool in docker kind mvn; do
  command -v "$tool" >/dev/null || { echo "e2e/kind/run.sh: $tool is missing; install it first." >&2; exit 1; }
done

docker build -t "localhost/uprobe-agent:$tag" -f agent/Dockerfile .
docker build -t "localhost/uprobe-operator:$tag" -f operator/Dockerfile .
docker build -t "localhost/uprobe-e2e-targets:$tag" e2e/targets

kubeconfig=$(mktemp)
cleanup() {
  [ -n "${KEEP:-}" ] || kind delete cluster --name "$name"
  [ -n "${KEEP:-}" ] || rm -f "$kubeconfig"
}
trap cleanup EXIT
kind get clusters | grep -qx "$name" || kind create cluster --name "$name" --config e2e/kind/cluster.yaml --wait 120s
kind get kubeconfig --name "$name" > "$kubeconfig"
kind load docker-image --name "$name" "localhost/uprobe-agent:$tag" "localhost/uprobe-operator:$tag" "localhost/uprobe-e2e-targets:$tag"

# The API server is a static pod of the control plane's container.
api="docker exec $name-control-plane pkill"
KUBECONFIG=$kubeconfig E2E_IMAGE_PREFIX=localhost/ E2E_IMAGE_TAG=$tag \
  E2E_FREEZE_API="$api -STOP kube-apiserver" E2E_THAW_API="$api -CONT kube-apiserver" \
  mvn -B -ntp verify -pl e2e -am -Dtest='dev.uprobe.e2e.**' -Dsurefire.failIfNoSpecifiedTests=false
[ -z "${KEEP:-}" ] || echo "The cluster runs on: export KUBECONFIG=$kubeconfig"
