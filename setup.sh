#!/bin/sh
# Installs what building needs, on Debian 12; `setup.sh tests` also what the tests compile their programs with and what
# lint.sh calls, `setup.sh lint` only the latter.
# Does nothing when all is there.
set -eu
packages="openjdk-17-jdk-headless maven clang llvm make libbpf-dev libbpf1 bpftool gcc libc6-dev binutils xz-utils"
lint="shellcheck clang-format"
if [ "${1:-}" = lint ]; then
  packages=$lint
elif [ "${1:-}" = tests ]; then
  packages="$packages $lint"
  packages="$packages g++ golang-go systemtap-sdt-dev openssl postgresql"
  # The guests of kernels/run.sh.
  packages="$packages qemu-system-x86 kmod zstd cpio e2fsprogs"
  command -v rustc >/dev/null || packages="$packages rustc"
fi
missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
  echo "setup.sh: these packages are missing:$missing. Run setup.sh as root, or install them." >&2
  exit 1
fi
echo "Installing$missing (may take minutes) ..."
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
# shellcheck disable=SC2086 # a list of words
apt-get -q install -y --no-install-recommends $missing >/dev/null
