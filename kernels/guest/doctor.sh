# What doctor says, and what traces do, as the guest loses one thing after the other.
. /lab/guest/lib.sh
[ -n "${pid_burst:-}" ] || start burst
sleep 1
doctor() {
  /lab/bin/uprobe-agent doctor >"doctor-$1" 2>&1
  echo "status $?" >>"doctor-$1"
  say "doctor, $1: $(tail -n 1 "doctor-$1")"
}
calls() { burst burst; sleep 1; }
doctor plain
paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
echo 3 >/proc/sys/kernel/perf_event_paranoid
doctor paranoid
echo "$paranoid" >/proc/sys/kernel/perf_event_paranoid
mount -t tmpfs none /sys/kernel/btf
doctor nobtf
trace nobtf calls --buffer 16 /lab/traces/b-call.yaml
umount /sys/kernel/btf
echo confidentiality >/sys/kernel/security/lockdown
doctor lockdown
trace lockdown calls --buffer 16 /lab/traces/b-call.yaml
