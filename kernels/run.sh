#!/bin/sh
# Boots the agent on other kernels in QEMU and prints what works on each; README.md says more.
#   kernels/run.sh                          every row
#   kernels/run.sh amd64-6.1 arm64-6.12     these rows
#   kernels/run.sh amd64-6.1:race,pod       of a row these suites only
#   kernels/run.sh --fetch ROW...           only fills the cache
set -eu
here=$(dirname "$(readlink -f "$0")")
home=${PROJECT:-$(dirname "$here")} # a built checkout
cache=${XDG_CACHE_HOME:-$HOME/.cache}/uprobe-kernels
results=${RESULTS:-$here/target/results}
all_rows="amd64-5.10 amd64-6.1 amd64-6.12 amd64-new-lazy amd64-new-full arm64-6.12 arm64-new"
# shellcheck source=kernels/download.sh
. "$here/download.sh"
# shellcheck source=kernels/programs.sh
. "$here/programs.sh"

# series ROW: the kernels that a row stands for
series() {
  case $1 in
    *-new*) echo any ;;
    *-[0-9]*) echo "$1" | sed 's/^[a-z0-9]*-\([0-9.]*\).*/\1/' ;;
    *) return 1 ;;
  esac
}

# parameters ROW: of the kernel's command line
parameters() {
  case $1 in
    *-lazy) echo "preempt=lazy" ;;
    *-full) echo "preempt=full" ;;
    *) echo "" ;;
  esac
}

# make_initrd ARCH VERSION: what mounts the root file system, with the modules that it needs
make_initrd() {
  initrd=$cache/kernels/$1/$2/initrd.gz
  [ -e "$initrd" ] && return
  work=$(mktemp -d)
  mkdir -p "$work/bin" "$work/modules" "$work/dev" "$work/proc" "$work/new"
  cp "$cache/roots/busybox-$1" "$work/bin/busybox"
  cp "$here/guest/initrd" "$work/init"
  number=10
  for module in virtio_pci virtio_mmio virtio_blk ext4; do
    modprobe -d "$cache/kernels/$1/$2/unpacked" -S "$2" --show-depends "$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p' >"$work/list" || true
    while read -r file; do
      name=$(basename "$file" | sed 's/[.]ko.*//')
      [ -z "$(find "$work/modules" -name "*-$name.ko")" ] || continue
      case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
      esac >"$work/modules/$number-$name.ko"
      number=$((number + 1))
    done <"$work/list"
  done
  rm "$work/list"
  (cd "$work" && find . | cpio -o -H newc --quiet | gzip -1) >"$initrd.part"
  mv "$initrd.part" "$initrd"
  rm -rf "$work"
}

# make_pod FOLDER: the agent's container as this chart has it, for an OCI runtime
make_pod() {
  mkdir -p "$1"
  java -cp "$here/target/classes:$here/target/lib/*" dev.uprobe.kernels.PodBundle "$home/helm/uprobe-operator" "$cache/pod/seccomp.json" "$1/config.json"
}

# make_lab ARCH IMAGE SUITES: the file system with the agent, the programs and the suites; it brings the results back
make_lab() {
  lab=$(mktemp -d)
  mkdir -p "$lab/agent/target" "$lab/results"
  cp -r "$home/bin" "$home/examples" "$lab/"
  cp -r "$home"/agent/target/*.jar "$home/agent/target/lib" "$lab/agent/target/"
  cp -r "$here/guest" "$here/traces" "$lab/"
  cp -r "$cache/programs/$1" "$lab/programs"
  case ,$3, in *,pod,*) make_pod "$lab/pod" ;; esac
  rm -f "$2"
  mke2fs -q -t ext4 -O ^has_journal -d "$lab" "$2" "$(($(du -sm "$lab" | cut -f1) + 200))M"
  rm -rf "$lab"
}

# fetch ROW: what a guest is made of, into the cache; sets arch, version and root_name
fetch() {
  arch=${1%%-*}
  refresh "$arch"
  version=$(newest_kernel "$arch" "$(series "$1")")
  [ -n "$version" ] || {
    echo "kernels: $1: the archive has no such kernel." >&2
    return 1
  }
  fetch_kernel "$arch" "$version"
  # shellcheck disable=SC2086,SC2154 # lists of words, in download.sh
  fetch_root "$arch" $guest_tools $guest_libraries
  fetch_seccomp
  make_initrd "$arch" "$version"
}

# boot ROW SUITES: one guest; its results are in target/results/ROW
boot() {
  fetch "$1"
  result=$results/$1
  rm -rf "$result" && mkdir -p "$result"
  build_programs "$arch" >"$result/programs.log" 2>&1
  image=$cache/lab-$$.img
  make_lab "$arch" "$image" "$2"
  case $arch in
    amd64) set -- "$1" "$2" ttyS0 qemu-system-x86_64 -M q35 -cpu max ;;
    arm64) set -- "$1" "$2" ttyAMA0 qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on ;;
  esac
  row=$1 suites=$2 console=$3
  shift 3
  started=$(date +%s)
  timeout "${GUEST_SECONDS:-1200}" "$@" -accel tcg,thread=multi -smp 2 -m 2500 -nographic -no-reboot -nodefaults -serial stdio \
    -kernel "$cache/kernels/$arch/$version/vmlinuz" -initrd "$cache/kernels/$arch/$version/initrd.gz" \
    -append "console=$console panic=-1 quiet loglevel=4 suites=$suites $(parameters "$row") ${GUEST_PARAMETERS:-}" \
    -drive file="$cache/roots/$root_name.img",format=raw,if=virtio,snapshot=on -drive file="$image",format=raw,if=virtio \
    </dev/null >"$result/console" 2>&1 || echo "QEMU ended with status $?" >>"$result/console"
  echo "$version" >"$result/kernel"
  echo "$suites" >"$result/suites"
  echo "$(($(date +%s) - started))" >"$result/seconds"
  debugfs -R "rdump /results $result" "$image" >/dev/null 2>&1
  mv "$result"/results/* "$result/" 2>/dev/null || true
  rmdir "$result/results" 2>/dev/null || true
  rm -f "$image"
}

if [ ! -d "$home/agent/target/lib" ] || [ ! -d "$here/target/lib" ]; then
  echo "kernels: the project is not built; run 'mvn package -DskipTests' first." >&2
  exit 1
fi
if [ "${1:-}" = --fetch ]; then
  shift
  for wanted in "$@"; do fetch "${wanted%%:*}"; done
  exit 0
fi
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all_rows
folders=""
for wanted in "$@"; do
  row=${wanted%%:*}
  suites=traces,doctor
  [ "$row" = "$wanted" ] || suites=${wanted#*:}
  echo "kernels: $row: $suites ..." >&2
  boot "$row" "$suites"
  folders="$folders $results/$row"
done
# shellcheck disable=SC2086 # a list of words
java -cp "$here/target/classes:$here/target/lib/*" dev.uprobe.kernels.Matrix "$results/matrix.md" $folders
