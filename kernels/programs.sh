#!/bin/sh
# Builds the programs that the guests trace, for an architecture; read by run.sh.
# shellcheck disable=SC2154 # run.sh sets cache, home and here

# build_programs ARCH: makes programs/ARCH in the cache
build_programs() {
  built=$cache/programs/$1
  case $1 in
    amd64) triple=x86_64-linux-gnu ;;
    arm64) triple=aarch64-linux-gnu ;;
  esac
  if [ "$(dpkg --print-architecture)" = "$1" ]; then gcc=gcc gxx=g++; else gcc=$triple-gcc gxx=$triple-g++; fi
  rm -rf "$built" && mkdir -p "$built"
  examples=$home/examples
  set -x
  "$gcc" -g -O1 -o "$built/target-sample" "$examples/target-sample.c"
  "$gcc" -g -O1 -o "$built/struct-sample" "$examples/struct-sample.c"
  "$gcc" -g -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -o "$built/stack-sample" "$examples/stack-sample.c"
  "$gxx" -g -O1 -o "$built/cpp-sample" "$examples/cpp-sample.cc"
  # sys/sdt.h is the same for every architecture; a cross compiler does not look where Debian puts it.
  mkdir -p "$built/include/sys"
  find /usr/include -path '*/sys/sdt*.h' -exec cp {} "$built/include/sys/" ';'
  "$gxx" -g -O1 -I"$built/include" -o "$built/usdt-sample" "$examples/usdt-sample.cc"
  "$gxx" -g -O1 -o "$built/thrower" "$here/programs/thrower.cc"
  "$gcc" -O1 -pthread -o "$built/burst" "$here/programs/burst.c"
  "$gcc" -O1 -pthread -o "$built/race" "$here/programs/race.c"
  (cd "$examples" && CGO_ENABLED=0 GOARCH=$1 GO111MODULE=off go build -ldflags='-s -w' -o "$built/go-sample" go-sample.go)
  # Rust needs the standard library of the architecture, which Debian has for its own only.
  [ "$gcc" != gcc ] || rustc -o "$built/rust-sample" "$examples/rust-sample.rs"
  { set +x; } 2>/dev/null
}
