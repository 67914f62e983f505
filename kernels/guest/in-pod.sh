# Runs in the container: a trace until it shows events, and the agent of a node until it has chosen its capabilities.
cd "/lab/results/pod/paranoid-$(cat /proc/sys/kernel/perf_event_paranoid)" || exit
grep -E '^(Cap|NoNewPrivs|Seccomp:|Uid)' /proc/self/status >caps
/lab/bin/uprobe-agent trace --output json /lab/examples/target-sample.yaml >out 2>err &
agent=$!
for _ in $(seq 1 1200); do
  [ "$(wc -l <out)" -ge 4 ] && break
  kill -0 $agent 2>/dev/null || break
  sleep 0.2
done
kill -TERM $agent 2>/dev/null
wait $agent
# No API server answers here. The agent gives up what it does not need before it asks one.
export NODE_NAME=guest POD_NAME=agent KUBERNETES_MASTER=http://127.0.0.1:1
/lab/bin/uprobe-agent node >node.log 2>&1 &
node=$!
last=""
for _ in $(seq 1 300); do
  now=$(grep -h '^CapBnd' /proc/$node/status 2>/dev/null) || break
  [ -z "$now" ] || last=$now
  # CAP_SYS_ADMIN, which has number 21, does not come back.
  [ -z "$now" ] || [ $((0x${now##*[[:space:]]} >> 21 & 1)) = 1 ] || break
  grep -q 'keeps CAP_SYS_ADMIN' node.log && break
  sleep 0.2
done
echo "$last" >node.caps
kill -KILL $node 2>/dev/null
