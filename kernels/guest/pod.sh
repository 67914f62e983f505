# The agent's container as the chart has it, by a real container runtime: user, capabilities, seccomp filter, read-only root.
. /lab/guest/lib.sh
start target-sample
grep -qw bpf_uprobe_multi_link_attach /proc/kallsyms && multi=yes || multi=no
mkdir -p /run/pod/root
mount --bind / /run/pod/root
cp /lab/pod/config.json /run/pod/

# pod LEVEL WITHOUT_ADMIN: runs the container; WITHOUT_ADMIN says whether its agent can do without SYS_ADMIN
pod() {
  echo "$1" >/proc/sys/kernel/perf_event_paranoid
  mkdir "paranoid-$1"
  echo "$2" >"paranoid-$1/without-admin"
  crun --cgroup-manager=disabled run --bundle /run/pod "agent-$1"
}
# 3 is what Debian sets. At 3 its kernels let only SYS_ADMIN see programs that start, at 2 PERFMON as well.
pod 3 no
[ "$multi" = no ] || pod 2 yes
