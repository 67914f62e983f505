#!/bin/sh
# Checks what the Maven build does not: the shell scripts.
set -eu
cd "$(dirname "$0")"
# What can be executed; shellcheck follows from there to what is sourced. mvnw is Maven's. SC2187: busybox sh is read as dash.
find . -type f -perm -u+x -not -path '*/target/*' -not -path './.git/*' -not -name mvnw -exec grep -lZE '^#!.*sh$' {} + |
  xargs -0 shellcheck --external-sources --severity=warning --exclude=SC2187
