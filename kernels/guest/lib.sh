# What the suites share; read by them, in the folder of the results.
now() { cut -d' ' -f1 /proc/uptime; }
say() { echo "$(now) $*" | tee /dev/console; }

# start NAME [ARGUMENT...]: starts a program; what it prints is the truth that events are compared with
start() {
  local name=$1
  shift
  "/lab/programs/$name" "$@" >"$name.truth" 2>&1 &
  eval "pid_${name//-/_}=$!"
}

# burst PROGRAM: has a program do its calls once, and waits until it says that they are done
burst() {
  local name=$1 pid before
  pid=pid_${name//-/_}
  before=$(grep -c ^done "$name.truth")
  kill -USR1 "${!pid}"
  for _ in $(seq 1 600); do
    [ "$(grep -c ^done "$name.truth")" -gt "$before" ] && return
    sleep 0.1
  done
  say "$name: not done after 60 s"
}

# trace NAME ACTION ARGUMENT...: one run of the agent; once it has attached, ACTION runs, then it is interrupted.
# Writes NAME.out, NAME.err and a line of runs.
trace() {
  local name=$1 action=$2 begun state=attached attached ended
  shift 2
  begun=$(now)
  env --default-signal=INT $RUNNER /lab/bin/uprobe-agent trace --output json "$@" >"$name.out" 2>"$name.err" &
  local agent=$!
  # Without attach cookies each function has a program of its own, which takes minutes on a busy machine.
  for try in $(seq 1 3000); do
    grep -q '^Attached' "$name.err" && break
    kill -0 $agent 2>/dev/null || { state=ended; break; }
    [ "$try" -lt 3000 ] || state=timeout
    sleep 0.2
  done
  attached=$(now)
  [ $state = attached ] && "$action"
  ended=$(now)
  kill -INT $agent 2>/dev/null
  for _ in $(seq 1 600); do kill -0 $agent 2>/dev/null || break; sleep 0.1; done
  kill -0 $agent 2>/dev/null && { state=hung; kill -QUIT $agent; sleep 2; kill -9 $agent; }
  wait $agent
  echo "{\"name\":\"$name\",\"state\":\"$state\",\"status\":$?,\"begun\":$begun,\"attached\":$attached,\"interrupted\":$ended,\"ended\":$(now)}" | tee -a runs >/dev/console
}
