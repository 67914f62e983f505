# The project's own kernel tests: those that hold events against what a program did. They compile their programs here.
. /lab/guest/lib.sh
classes="GroundTruthTest CallsTest LeavingTest ExceptionsTest"
echo "$classes" | tr ' ' '\n' >classes
arguments=""
for class in $classes; do
  file=$(find /lab/agent/target/test-classes -name "$class.class")
  name=${file#/lab/agent/target/test-classes/}
  name=${name%.class}
  arguments="$arguments --select-class ${name//\//.}"
done
results=$PWD
cd /lab/agent || exit
# shellcheck disable=SC2086 # a list of words
java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto \
  -cp "target/test-classes:$(echo target/*.jar target/lib/*.jar target/junit/*.jar | tr ' ' :)" \
  org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors --details=tree \
  --config junit.jupiter.execution.timeout.default=20m --reports-dir "$results/reports" $arguments
