# Real traces of programs that say what they do, all in one run of the agent: it takes long to start in a guest.
. /lab/guest/lib.sh
samples="target-sample cpp-sample usdt-sample go-sample rust-sample struct-sample stack-sample burst thrower"
running=""
for sample in $samples; do
  [ ! -x "/lab/programs/$sample" ] || { start "$sample"; running="$running $sample"; }
done
start race 8 1000
echo hello-from-cat >/tmp/cat.txt
ls() {
  command ls -la /lab >ls.truth
}
calls() {
  burst burst
  kill -USR1 "$pid_thrower"
  ls
  cat /tmp/cat.txt >/dev/null
  dd if=/dev/zero of=/dev/null bs=1 count=1000 2>/dev/null
  burst race
  sleep 6
}
tutorials=""
for example in target-sample call where stack cpp usdt go rust fields offsets auto strlen read getenv write latency functions limit malloc; do
  [ $example = rust ] && [ ! -x /lab/programs/rust-sample ] && continue
  tutorials="$tutorials /lab/examples/$example.yaml"
done
# shellcheck disable=SC2086 # a list of words
trace traces calls --buffer 64 $tutorials /lab/traces/{b-*,cpp-ret,thrower,race}.yaml
for sample in $running; do
  pid=pid_${sample//-/_}
  kill -0 "${!pid}" 2>/dev/null && echo "$sample"
done >alive
