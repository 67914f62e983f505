#!/bin/sh
# Checks what the Maven build does not: the shell scripts, and what the images are built from.
#   ./lint.sh
#   ./lint.sh --fix    formats the BPF programs, by .clang-format
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = --fix ]; then
  clang-format -i bpf/*.c bpf/*.h bench/programs/*.bpf.c
  exit 0
fi
failed=0
# What can be executed; shellcheck follows from there to what is sourced. mvnw is Maven's. SC2187: busybox sh is read as dash.
find . -type f -perm -u+x -not -path '*/target/*' -not -path './.git/*' -not -name mvnw -exec grep -lZE '^#!.*sh$' {} + |
  xargs -0 shellcheck --external-sources --severity=warning --exclude=SC2187 || failed=1
for module in $(sed -n 's|.*<module>\(.*\)</module>.*|\1|p' pom.xml); do
  if ! grep -Eqx "!$module(/pom.xml)?" .dockerignore; then
    echo "lint.sh: .dockerignore leaves $module/pom.xml out, without which Maven builds no image." >&2
    failed=1
  fi
done
exit $failed
