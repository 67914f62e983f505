#!/bin/sh
# Downloads kernels and root file systems of Debian into the cache; read by run.sh.
# Everything comes through apt, from the mirror that this machine's own apt reads. Nothing is installed on this machine.
# shellcheck disable=SC2154 # run.sh sets cache

kernel_suites="bullseye bookworm bookworm-backports trixie trixie-backports forky sid experimental"
security_suites="bullseye bookworm trixie"
guest_tools="libc-bin busybox-static bash coreutils grep sed mawk procps util-linux mount kmod findutils crun"
guest_libraries="default-jre-headless libbpf1 libstdc++6"
guest_compilers="gcc g++ libc6-dev binutils golang-go rustc systemtap-sdt-dev"

# mirror PATTERN: the address whose path ends so, of those that apt reads here
mirror() {
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 "$1/*\$" || {
    echo "kernels: apt of this machine reads no mirror of Debian ($1). Run it on Debian 12 or later, or in a container of it." >&2
    return 1
  }
}

# apt ARCH COMMAND...: apt-get or apt-cache, on package lists of our own
apt() {
  apt_arch=$1 apt_command=$2
  shift 2
  apt_state=$cache/apt/$apt_arch
  "$apt_command" -q \
    -o Dir::Etc::sourcelist="$apt_state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$apt_state/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$apt_state/cache" \
    -o APT::Sandbox::User=root -o APT::Architecture="$apt_arch" -o APT::Architectures="$apt_arch" "$@"
}

# refresh ARCH: the package lists, at most once a day
refresh() {
  refresh_state=$cache/apt/$1
  [ -n "$(find "$refresh_state/fresh" -mtime -1 2>/dev/null)" ] && return
  mkdir -p "$refresh_state/lists/partial" "$refresh_state/cache/archives/partial"
  debian=$(mirror /debian) security=$(mirror /debian-security)
  option="arch=$1 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg"
  {
    for suite in $kernel_suites; do echo "deb [$option] $debian $suite main"; done
    for suite in $security_suites; do echo "deb [$option] $security $suite-security main"; done
  } >"$refresh_state/sources.list"
  apt "$1" apt-get update >"$refresh_state/log" 2>&1 || {
    echo "kernels: Debian's package lists cannot be read; $refresh_state/log says why." >&2
    return 1
  }
  touch "$refresh_state/fresh"
}

# newest_kernel ARCH SERIES: the version of the newest kernel of a series, such as 6.1, or of all (any)
newest_kernel() {
  case $2 in
    any) newest_pattern='[0-9][0-9.]*' ;;
    *) newest_pattern="$(echo "$2" | sed 's/[.]/[.]/g')[.][0-9.]*" ;;
  esac
  # From 6.19 on, linux-image-* only draws in linux-binary-* and linux-modules-*.
  apt "$1" apt-cache search --names-only "^linux-image-${newest_pattern}([+~-][^ ]*)?-cloud-$1\$" | cut -d' ' -f1 \
    | sed 's/^linux-image-//' | grep -E '^[0-9]+[.][0-9]+[.][0-9]+' | grep -v -e 'deb11' -e '-rc' | sort -V | tail -n 1
}

# fetch_kernel ARCH VERSION: makes kernels/ARCH/VERSION/{vmlinuz,modules/}
fetch_kernel() {
  kernel=$cache/kernels/$1/$2
  [ -e "$kernel/vmlinuz" ] && return
  rm -rf "$kernel" && mkdir -p "$kernel/unpacked"
  packages="linux-image-$2"
  [ -z "$(apt "$1" apt-cache search --names-only "^linux-binary-$(echo "$2" | sed 's/[+.]/[&]/g')\$")" ] || packages="linux-binary-$2 linux-modules-$2"
  # shellcheck disable=SC2086 # a list of words
  (cd "$kernel" && apt "$1" apt-get download $packages >log 2>&1) || {
    echo "kernels: $packages cannot be downloaded; $kernel/log says why." >&2
    return 1
  }
  for package in "$kernel"/*.deb; do dpkg -x "$package" "$kernel/unpacked"; done
  [ -d "$kernel/unpacked/lib" ] || ln -s usr/lib "$kernel/unpacked/lib"
  depmod -b "$kernel/unpacked" "$2" 2>/dev/null || true
  rm -f "$kernel"/*.deb
  mv "$(find "$kernel/unpacked" -name 'vmlinuz*' -type f)" "$kernel/vmlinuz"
}

# root_packages SUITES: what their root file system has
root_packages() {
  echo "$guest_tools $guest_libraries"
  case ,$1, in *,junit,*) echo "$guest_compilers" ;; esac
}

# fetch_root ARCH PACKAGE...: makes roots/$root_name.img. Packages are unpacked only, so that no program of ARCH runs here.
fetch_root() {
  root_arch=$1
  shift
  # Programs are built here and run there: the same release has the same C library.
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  root_name=$root_arch-$codename-$(echo "$@" | cksum | cut -d' ' -f1)
  root=$cache/roots/$root_name
  [ -e "$root.img" ] && return
  rm -rf "$root" && mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/debs/partial"
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
  apt "$root_arch" apt-get -y --no-install-recommends --download-only -t "$codename" -o Dir::Cache::archives="$root/debs" \
    install "$@" >"$root.log" 2>&1 || {
    echo "kernels: packages cannot be downloaded; $root.log says why." >&2
    return 1
  }
  for package in "$root"/debs/*.deb; do dpkg --fsys-tarfile "$package" | tar -C "$root" -x --keep-directory-symlink; done
  rm -rf "$root/debs" "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/locale"
  mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/root" "$root/lab"
  printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/nonexistent:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  ln -sf bash "$root/usr/bin/sh"
  ln -sf mawk "$root/usr/bin/awk"
  ln -sf gcc "$root/usr/bin/cc"
  ln -sf "$(cd "$root/usr/bin" && find ../lib/jvm -path '*/bin/java' -type f)" "$root/usr/bin/java"
  mke2fs -q -t ext4 -d "$root" "$root.part" "$(($(du -sm "$root" | cut -f1) * 5 / 4 + 100))M"
  mv "$root.part" "$root.img"
  cp "$root/usr/bin/busybox" "$cache/roots/busybox-$root_arch"
  rm -rf "$root"
}

# fetch_seccomp: the filter that container runtimes use by default, as pod/seccomp.json
fetch_seccomp() {
  pod=$cache/pod
  [ -e "$pod/seccomp.json" ] && return
  mkdir -p "$pod/unpacked"
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  (cd "$pod" && apt amd64 apt-get -t "$codename" download golang-github-containers-common >log 2>&1) || {
    echo "kernels: golang-github-containers-common cannot be downloaded; $pod/log says why." >&2
    return 1
  }
  dpkg -x "$pod"/*.deb "$pod/unpacked"
  mv "$pod/unpacked/usr/share/containers/seccomp.json" "$pod/seccomp.json"
  rm -rf "$pod/unpacked" "$pod"/*.deb
}
