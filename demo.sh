#!/bin/sh
# Builds the agent and traces the example program for some seconds. Needs root: it loads BPF programs.
set -eu
cd "$(dirname "$0")"
seconds=${1:-8}
if [ "$(id -u)" != 0 ]; then
  echo "demo.sh: tracing needs root; run it with sudo." >&2
  exit 1
fi
./setup.sh
echo "Building (the first time also downloads libraries from Maven Central) ..."
mvn -B -q package -DskipTests
mkdir -p examples/target
gcc -O1 -o examples/target/target-sample examples/target-sample.c

examples/target/target-sample >/dev/null &
program=$!
trap 'kill $program 2>/dev/null || true' EXIT
echo "Tracing examples/target/target-sample for $seconds seconds with examples/target-sample.yaml:"
echo
# timeout's own status for "the time is over" is what is expected here.
timeout --signal=INT "$seconds" bin/uprobe-agent trace --output text examples/target-sample.yaml || [ $? = 124 ]

cat <<'END'

Go on from here:
  bin/uprobe-agent trace --output text examples/strlen.yaml    every strlen of every process, until Ctrl-C; run ls beside it
  bin/uprobe-agent symbols c 'str*'                            functions of libc that can be traced
  bin/uprobe-agent doctor                                      what this host can do
  docs/traces.md                                               how to write a trace of your own
END
