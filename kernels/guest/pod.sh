# The agent's container as the chart has it, by a real container runtime: user, capabilities, seccomp filter, read-only root.
. /lab/guest/lib.sh
[ -n "${pid_target_sample:-}" ] || start target-sample
grep -qw bpf_uprobe_multi_link_attach /proc/kallsyms && echo yes >without-admin || echo no >without-admin
# From 3 on, which is what Debian sets, its kernels let only SYS_ADMIN watch programs that start.
[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -lt 3 ] || echo no >without-admin
mkdir -p /run/pod/root
mount --bind / /run/pod/root
cp /lab/pod/config.json /run/pod/
crun --cgroup-manager=disabled run --bundle /run/pod agent
