#!/bin/sh
# Checks what the Maven build does not: the shell scripts.
#   ./lint.sh
#   ./lint.sh --fix    formats the BPF programs, by .clang-format
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = --fix ]; then
  clang-format -i bpf/*.c bpf/*.h bench/programs/*.bpf.c
  exit 0
fi
# What can be executed; shellcheck follows from there to what is sourced. mvnw is Maven's. SC2187: busybox sh is read as dash.
find . -type f -perm -u+x -not -path '*/target/*' -not -path './.git/*' -not -name mvnw -exec grep -lZE '^#!.*sh$' {} + |
  xargs -0 shellcheck --external-sources --severity=warning --exclude=SC2187
