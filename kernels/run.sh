#!/bin/sh
# Boots the agent on other kernels in QEMU and prints what works on each; README.md says more.
#   kernels/run.sh                          every row
#   kernels/run.sh amd64-6.1 arm64-6.12     these rows
#   kernels/run.sh amd64-6.1:race,pod       of a row these suites only
#   kernels/run.sh --fetch ROW[:SUITES]...  only fills the cache
#   kernels/run.sh --docs                   writes the tables of README.md and docs/kernels.md anew, from the results
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
  mkdir -p "$lab/agent/target"
  for suite in $(echo "$3" | tr , ' '); do mkdir -p "$lab/results/$suite"; done
  cp -r "$home/bin" "$home/examples" "$lab/"
  cp -r "$home"/agent/target/*.jar "$home/agent/target/lib" "$lab/agent/target/"
  cp -r "$here/guest" "$here/traces" "$lab/"
  cp -r "$cache/programs/$1" "$lab/programs"
  case ,$3, in *,pod,*) make_pod "$lab/pod" ;; esac
  case ,$3, in *,junit,*) cp -r "$home/agent/target/test-classes" "$here"/target/junit "$lab/agent/target/" ;; esac
  rm -f "$2"
  mke2fs -q -t ext4 -O ^has_journal -d "$lab" "$2" "$(($(du -sm "$lab" | cut -f1) + 200))M"
  rm -rf "$lab"
}

# fetch ROW SUITES: what a guest is made of, into the cache; sets arch, version and root_name
fetch() {
  arch=${1%%-*}
  refresh "$arch"
  version=$(newest_kernel "$arch" "$(series "$1")")
  [ -n "$version" ] || {
    echo "kernels: $1: the archive has no such kernel." >&2
    return 1
  }
  fetch_kernel "$arch" "$version"
  # shellcheck disable=SC2046 # a list of words
  fetch_root "$arch" $(root_packages "$2")
  fetch_seccomp
  make_initrd "$arch" "$version"
}

# qemu ARCH IMAGE WORDS: runs a guest to its end; WORDS go to the kernel
qemu() {
  qemu_arch=$1 qemu_image=$2
  case $1 in
    amd64) set -- "ttyS0 $3" qemu-system-x86_64 -M q35 -cpu max ;;
    arm64) set -- "ttyAMA0 $3" qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on ;;
  esac
  words=$1
  shift
  timeout "${GUEST_SECONDS:-1800}" "$@" -accel tcg,thread=multi -smp 2 -m 2500 -nographic -no-reboot -nodefaults -serial stdio \
    -kernel "$cache/kernels/$qemu_arch/$version/vmlinuz" -initrd "$cache/kernels/$qemu_arch/$version/initrd.gz" \
    -append "console=$words panic=-1 quiet loglevel=4 ${GUEST_PARAMETERS:-}" \
    -drive file="$cache/roots/$root_name.img",format=raw,if=virtio,snapshot=on -drive file="$qemu_image",format=raw,if=virtio \
    </dev/null || echo "QEMU ended with status $?"
}

# boot ROW SUITES: one guest; its results are in target/results/ROW/SUITE
boot() {
  fetch "$1" "$2"
  made=$(mktemp -d)
  build_programs "$arch" >"$made/programs.log" 2>&1 || {
    cat "$made/programs.log" >&2
    return 1
  }
  image=$cache/lab-$$.img
  make_lab "$arch" "$image" "$2"
  started=$(date +%s)
  # QEMU's processors run kernels that patch their own code, as they do at boot, not always right: a kernel that crashed
  # before it ran anything of ours says nothing of us.
  for try in 1 2 3; do
    qemu "$arch" "$image" "suites=$2 $(parameters "$1")" >"$made/console-$try" 2>&1
    grep -q 'guest: begins' "$made/console-$try" && break
    echo "kernels: $1: the kernel did not come up (boot $try)." >&2
  done
  debugfs -R "rdump /results $made" "$image" >/dev/null 2>&1
  rm -f "$image"
  case $2 in *traces*) rm -rf "${results:?}/$1/race" ;; esac
  for suite in $(echo "$2" | tr , ' '); do
    folder=$results/$1/$suite
    rm -rf "$folder" && mkdir -p "$folder"
    cp -r "$made/results/$suite/." "$folder/" 2>/dev/null || true
    cp "$made"/console-* "$made/programs.log" "$folder/"
    echo "$version" >"$folder/kernel"
    echo "$(($(date +%s) - started))" >"$folder/seconds"
  done
  rm -rf "$made"
}

if [ ! -d "$home/agent/target/lib" ] || [ ! -d "$here/target/lib" ]; then
  echo "kernels: the project is not built; run 'mvn package -DskipTests' first." >&2
  exit 1
fi
matrix() { java -cp "$here/target/classes:$here/target/lib/*" dev.uprobe.kernels.Main "$results" "$@"; }
if [ "${1:-}" = --docs ]; then
  matrix --docs "$here/../README.md" "$here/../docs/kernels.md"
  exit 0
fi
only_fetch=""
if [ "${1:-}" = --fetch ]; then
  only_fetch=yes
  shift
fi
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all_rows
ran=""
for wanted in "$@"; do
  row=${wanted%%:*}
  suites=traces,doctor
  [ "$row" = "$wanted" ] || suites=${wanted#*:}
  if [ -n "$only_fetch" ]; then
    fetch "$row" "$suites"
    continue
  fi
  echo "kernels: $row: $suites ..." >&2
  boot "$row" "$suites"
  ran="$ran $row:$suites"
done
# shellcheck disable=SC2086 # a list of words
[ -n "$only_fetch" ] || matrix $ran
