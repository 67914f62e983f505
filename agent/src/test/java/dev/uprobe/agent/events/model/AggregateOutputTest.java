package dev.uprobe.agent.events.model;

import static dev.uprobe.agent.events.model.Events.signed;
import static dev.uprobe.agent.events.model.Events.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.text.TextSink;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.language.histogram.BucketScheme;
import dev.uprobe.language.histogram.Distribution;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AggregateOutputTest {
  private static final String SIZES =
      "signature: void *malloc(int size)\naggregate: {histogram: size, by: [comm, pid]}";
  private static final String TIMES =
      "type: Call\nsignature: int f(void)\naggregate: {histogram: duration}";
  private static final String COUNT =
      "signature: int f(char *name)\naggregate: {count: true, by: [name]}";

  /** A group of a probe, given as in YAML; {@code counts} by the indexes of the buckets. */
  private static Aggregate aggregate(
      String probe, long[] counts, long sum, long max, Label... labels) {
    ProbeDescriptor traced = new ProbeDescriptor(0, "trace", ProbeYaml.probe(probe));
    BucketScheme scale = BucketScheme.of(traced.plan().aggregation().orElseThrow());
    long kept = scale.type().filter(each -> each.signed()).isPresent() ? max ^ Long.MIN_VALUE : max;
    Distribution distribution = scale.distribution(counts, sum, kept);
    return new Aggregate(
        traced, Optional.of("shop"), Events.TIME, List.of(labels), Optional.empty(), distribution);
  }

  private static Aggregate sizes() {
    long[] counts = new long[33];
    counts[0] = 26;
    counts[1] = 1;
    counts[2] = 52;
    counts[4] = 13;
    counts[12] = 1;
    counts[13] = 2;
    return aggregate(
        SIZES, counts, 4200, 3000, new Label("comm", text("ls\n")), new Label("pid", signed(42)));
  }

  @Test
  void aHistogramReadsAsThatOfBpftrace() throws IOException {
    assertEquals(
        """
        51859.473296000    probe[comm=ls\\n, pid=42]: 95 calls; size p50 1, p90 5, p99 2547, max 3000
        (..., 0)                26 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
        [0]                      1 |@                                                   |
        [1]                     52 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
        [2, 4)                   0 |                                                    |
        [4, 8)                  13 |@@@@@@@@@@@@@                                       |
        [8, 16)                  0 |                                                    |
        [16, 32)                 0 |                                                    |
        [32, 64)                 0 |                                                    |
        [64, 128)                0 |                                                    |
        [128, 256)               0 |                                                    |
        [256, 512)               0 |                                                    |
        [512, 1K)                0 |                                                    |
        [1K, 2K)                 1 |@                                                   |
        [2K, 4K)                 2 |@@                                                  |

        """,
        written(sizes()));
  }

  @Test
  void bucketsOfEqualWidthSayWhatIsLessAndWhatIsMore() throws IOException {
    Aggregate aggregate =
        aggregate(
            "signature: void f(int n)\n"
                + "aggregate: {histogram: n, linear: {from: 0, width: 100, count: 2}}",
            new long[] {1, 2, 0, 4},
            0,
            250);
    assertEquals(
        """
        51859.473296000    probe: 7 calls; n p50 206, p90 241, p99 249, max 250
        (..., 0)                 1 |@@@@@@@@@@@@@                                       |
        [0, 100)                 2 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
        [100, 200)               0 |                                                    |
        [200, ...)               4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

        """,
        written(aggregate));
  }

  @Test
  void durationsAreShownInTheirUnits() throws IOException {
    long[] counts = new long[66];
    counts[21] = 2;
    assertEquals(
        """
        51859.473296000    probe: 2 calls; duration p50 649.644us, p90 749.928us, p99 772.492us, max 775.000us (buckets in ns)
        [512K, 1M)               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

        """,
        written(aggregate(TIMES, counts, 1_300_000, 775_000)));
  }

  @Test
  void aCountIsOneLine() throws IOException {
    assertEquals(
        "51859.473296000    probe[name=a]: 1 call\n",
        written(aggregate(COUNT, new long[] {1}, 0, 0, new Label("name", text("a")))));
  }

  @Test
  void aHistogramIsOneJsonObject() throws IOException {
    JsonNode line = json(sizes(), ContainerResolver.none());

    assertTrue(line.get("time").asText().endsWith("Z"));
    ((ObjectNode) line).remove("time");
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"trace": "trace", "probe": "probe", "type": "Entry", "node": "node-1",
                 "namespace": "shop", "by": {"comm": "ls\\n", "pid": 42}, "count": 95,
                 "histogram": "size", "sum": 4200, "p50": 1, "p90": 5, "p99": 2547, "max": 3000,
                 "buckets": [{"max": -1, "count": 26}, {"min": 0, "max": 0, "count": 1},
                  {"min": 1, "max": 1, "count": 52}, {"min": 4, "max": 7, "count": 13},
                  {"min": 1024, "max": 2047, "count": 1}, {"min": 2048, "max": 4095, "count": 2}],
                 "message": "probe[comm=ls\\\\n, pid=42]: 95 calls; size p50 1, p90 5, p99 2547, max 3000"}
                """),
        line);
  }

  @Test
  void aDurationIsInNanosecondsInJson() throws IOException {
    long[] counts = new long[66];
    counts[21] = 1;
    JsonNode line = json(aggregate(TIMES, counts, 600_000, 600_000), ContainerResolver.none());

    assertEquals("ns", line.get("unit").asText());
    assertEquals(600_000, line.get("max").asLong());
  }

  @Test
  void aCountHasNoBucketsInJson() throws IOException {
    Aggregate seven = aggregate(COUNT, new long[] {7}, 0, 0, new Label("name", text("a")));
    JsonNode line = json(seven, ContainerResolver.none());

    assertEquals(7, line.get("count").asLong());
    assertTrue(line.path("buckets").isMissingNode());
    assertTrue(line.path("p50").isMissingNode());
  }

  @Test
  void aGroupOfAContainerNamesIt() throws IOException {
    Aggregate known = aggregate(COUNT, new long[] {7}, 0, 0);
    Aggregate named =
        new Aggregate(
            known.probe(),
            known.namespace(),
            known.timeNanos(),
            List.of(new Label("container", text("shop/cart-1/main"))),
            Optional.of(new ContainerRef("shop", "cart-1", "main")),
            known.kept());
    JsonNode line = json(named, ContainerResolver.none());

    assertEquals("cart-1", line.get("pod").asText());
    assertEquals("main", line.get("container").asText());
    assertEquals("shop/cart-1/main", line.at("/by/container").asText());
  }

  private static String written(Aggregate aggregate) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TextSink sink = new TextSink(out)) {
      sink.write(aggregate);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode json(Aggregate aggregate, ContainerResolver origins) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonSink sink = new JsonSink(out, "node-1", origins)) {
      sink.write(aggregate);
    }
    return new ObjectMapper().readTree(out.toByteArray());
  }
}
