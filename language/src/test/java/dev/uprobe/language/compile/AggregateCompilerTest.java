package dev.uprobe.language.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Aggregation.Histogram;
import dev.uprobe.language.plan.Aggregation.Key;
import dev.uprobe.language.plan.Aggregation.Linear;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.yaml.TraceReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateCompilerTest {
  private static final String OPEN =
      "signature: \"int open(const char *path, int flags, void *at)\"\n";

  @Test
  void callsAreCountedInOneGroup() throws Exception {
    assertEquals(
        new Aggregation(Optional.empty(), List.of(), Duration.ofSeconds(10)),
        probe("aggregate: {count: true}").aggregation().get());
  }

  @Test
  void aDurationIsOfACall() throws Exception {
    Histogram duration =
        new Histogram(
            "duration",
            new Operand(new Source.Duration(), new ValueType.Whole(8, false)),
            Optional.empty());

    assertEquals(
        Optional.of(duration),
        probe("type: Call\naggregate: {histogram: duration}").aggregation().get().histogram());
  }

  @Test
  void bucketsCanBeOfEqualWidthAndGroupsOfAnyTwoThings() throws Exception {
    Aggregation aggregation =
        probe(
                OPEN
                    + "type: Call\n"
                    + "aggregate: {histogram: return, linear: {from: -1, width: 10, count: 5},"
                    + " by: [path, container], intervalSeconds: 60}")
            .aggregation()
            .get();

    assertEquals(Optional.of(new Linear(-1, 10, 5)), aggregation.histogram().get().linear());
    assertEquals(List.of(new Key.Captured("path"), new Key.Container()), aggregation.by());
    assertEquals(Duration.ofMinutes(1), aggregation.interval());
    assertEquals("return, 5 buckets of 10 from -1", aggregation.text());
  }

  @Test
  void onlyWhatIsNeededIsRead() throws Exception {
    assertEquals(List.of(), names(probe(OPEN + "aggregate: {count: true, by: [pid]}")));
    assertEquals(
        List.of("flags"), names(probe(OPEN + "aggregate: {histogram: flags, by: [comm]}")));
    assertEquals(
        List.of("path", "return"),
        names(probe(OPEN + "type: Call\naggregate: {histogram: return, by: [path]}")));
    assertEquals(
        List.of("path"),
        names(
            probe(
                OPEN
                    + "type: Call\n"
                    + "where: ['flags == 1 or duration > 1ms']\n"
                    + "aggregate: {count: true, by: [path]}")));
  }

  @Test
  void aStringTellsGroupsApartByItsFirstBytes() throws Exception {
    assertEquals(
        new ValueType.Text(Aggregation.MAX_TEXT),
        probe(OPEN + "aggregate: {count: true, by: [path]}").values().get(0).operand().type());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aggregate: {} | aggregate: give either count: true, or histogram: with the name of a"
            + " number",
        "aggregate: {count: true, histogram: flags} | aggregate: give either count: true, or"
            + " histogram: with the name of a number",
        "aggregate: {count: false} | aggregate: give either count: true, or histogram: with the"
            + " name of a number",
        "aggregate: {count: true, linear: {width: 1, count: 2}} | aggregate.linear: only a"
            + " histogram has buckets; give histogram: too, or remove linear",
        "aggregate: {histogram: duration} | aggregate.histogram: duration cannot be used: only a"
            + " probe of type Call has a duration",
        "aggregate: {histogram: return} | aggregate.histogram: return cannot be used: a probe of"
            + " type Entry has no return value, use type Return or Call",
        "aggregate: {histogram: path} | aggregate.histogram: path is not a number; use a numeric"
            + " argument, return or duration",
        "aggregate: {histogram: pid} | aggregate.histogram: pid is not a number; use a numeric"
            + " argument, return or duration",
        "aggregate: {histogram: flaks} | aggregate.histogram: nothing is named \"flaks\" here;"
            + " did you mean \"flags\"? (known names: path, flags, at, pid, tid, comm)",
        "aggregate: {count: true, by: [pod]} | aggregate.by[0]: nothing is named \"pod\" here; did"
            + " you mean \"pid\"? (take path, flags, at, function, comm, pid, container)",
        "aggregate: {count: true, by: [tid]} | aggregate.by[0]: tid cannot be grouped by here;"
            + " use path, flags, at, function, comm, pid, container",
        "aggregate: {count: true, by: [return]} | aggregate.by[0]: return cannot be used: a probe"
            + " of type Entry has no return value, use type Return or Call",
        "aggregate: {count: true, by: [pid, pid]} | aggregate.by: names the same thing twice",
        "aggregate: {count: true, by: [pid, comm, at]} | aggregate.by: calls are grouped by at most 2"
            + " values",
        "aggregate: {count: true, intervalSeconds: 0} | aggregate.intervalSeconds: must be from 1"
            + " to 3600",
        "aggregate: {histogram: flags, linear: {width: 0, count: 2}} | aggregate.linear.width: give"
            + " the width of a bucket, at least 1",
        "aggregate: {histogram: flags, linear: {width: 1, count: 65}} | aggregate.linear.count:"
            + " give the number of buckets, from 1 to 64",
        "aggregate: {histogram: flags, linear: {width: 9223372036854775807, count: 2}} |"
            + " aggregate.linear.width: the last bucket ends above 2^63; give less",
        "{aggregate: {count: true}, message: hello} | message: aggregate emits no events that a"
            + " message could show; remove one of the two",
        "{aggregate: {count: true}, limit: {eventsPerSecond: 1}} | limit: aggregate emits no events"
            + " that could be limited; remove one of the two",
        "{aggregate: {count: true}, stack: 3} | stack: aggregate emits no events that could show a"
            + " stack; remove one of the two",
      })
  void whatIsWrongIsSaidWithWhatToWrite(String fields, String problem) {
    String inner =
        fields.replaceAll("^\\{(.*)}$", "$1").replaceAll("}, (message|limit|stack)", "}\n$1");
    assertEquals(List.of("spec.probes[0]." + problem), problems(OPEN + inner));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u8 | {from: 300, width: 10, count: 4} | 0 to 255",
        "i8 | {from: -300, width: 10, count: 4} | -128 to 127",
        "i16 | {from: 32768, width: 1, count: 1} | -32768 to 32767"
      })
  void bucketsThatNoNumberFallsIntoAreRefused(String type, String linear, String range) {
    assertEquals(
        List.of(
            "spec.probes[0].aggregate.linear.from: no number can fall into these buckets, it is"
                + " from "
                + range),
        problems(
            "args: [{name: n, type: %s}]\naggregate: {histogram: n, linear: %s}"
                .formatted(type, linear)));
  }

  @Test
  void anUnsignedNumberHasNoNegativeBuckets() {
    assertEquals(
        List.of("spec.probes[0].aggregate.linear.from: the number is unsigned; give 0 or more"),
        problems(
            "signature: void f(unsigned n)\n"
                + "aggregate: {histogram: n, linear: {from: -5, width: 1, count: 2}}"));
  }

  @Test
  void bytesTellNoGroupsApart() {
    assertEquals(
        List.of(
            "spec.probes[0].aggregate.by[0]: data cannot be grouped by; use a number, a"
                + " pointer or a string"),
        problems(
            "args: [{name: data, type: bytes, size: 8}]\naggregate: {count: true, by: [data]}"));
  }

  private static List<String> names(ProbePlan probe) {
    return probe.values().stream().map(Value::name).toList();
  }

  private static List<String> problems(String fields) {
    return assertThrows(InvalidTraceException.class, () -> probe(fields)).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  private static ProbePlan probe(String fields) throws Exception {
    String yaml =
        """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeTrace
        metadata: {name: t}
        spec:
          target: {host: {}}
          probes:
          - name: p
            symbol: f
        """
            + fields.indent(4);
    var in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    return TraceCompiler.compile(new TraceReader().read("trace.yaml", in).get(0).trace())
        .probes()
        .get(0);
  }
}
