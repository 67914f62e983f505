#!/bin/sh
# Measures what tracing costs, and prints a table; needs root. Without arguments all parts run, which takes about half
# an hour; `bench/run.sh hits reader` runs only those. bench/README.md says what the rows mean.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
./setup.sh
for package in bpftrace bpfcc-tools util-linux; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
    || DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$package" >/dev/null
done
mvn -B -ntp -q package -DskipTests -pl bench -am
make -s -C bench/programs
if [ ! -d "/lib/modules/$(uname -r)/build" ]; then
  BCC_LINUX_VERSION_CODE=$(bench/kernel-headers.sh bench/target/kernel-headers)
  export BCC_LINUX_VERSION_CODE BCC_KERNEL_SOURCE="$root/bench/target/kernel-headers"
fi
exec java -Xmx1g -Drepository="$root" -cp "bench/target/classes:bench/target/lib/*" dev.uprobe.bench.Main --repository "$root" "$@"
