# What doctor says, and what traces do, as the guest loses one thing after the other.
. /lab/guest/lib.sh
start burst
sleep 1
doctor() {
  # shellcheck disable=SC2086 # a list of words
  $RUNNER /lab/bin/uprobe-agent doctor >"doctor-$1" 2>&1
  echo "status $?" >>"doctor-$1"
  say "doctor, $1: $(tail -n 1 "doctor-$1")"
}
calls() { burst burst; sleep 1; }
RUNNER=""
doctor plain
# An agent that has given SYS_ADMIN up, at the level that Debian sets.
RUNNER="setpriv --no-new-privs --inh-caps -all --bounding-set -all,+bpf,+perfmon,+sys_ptrace,+dac_read_search"
echo 3 >/proc/sys/kernel/perf_event_paranoid
doctor paranoid
trace paranoid calls --buffer 16 /lab/traces/b-call.yaml
RUNNER=""
mount -t tmpfs none /sys/kernel/btf
doctor nobtf
trace nobtf calls --buffer 16 /lab/traces/b-call.yaml
umount /sys/kernel/btf
echo confidentiality >/sys/kernel/security/lockdown
doctor lockdown
trace lockdown calls --buffer 16 /lab/traces/b-call.yaml
