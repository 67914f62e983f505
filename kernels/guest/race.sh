# 8 threads with 1,000 calls each, on two processors: calls that are preempted in the midst of a program.
. /lab/guest/lib.sh
start race 8 1000
race() { burst race; sleep 3; }
trace race race --buffer 64 /lab/traces/race.yaml
