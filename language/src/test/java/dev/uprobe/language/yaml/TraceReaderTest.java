package dev.uprobe.language.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.ArgumentSpec;
import dev.uprobe.api.v1alpha1.DataType;
import dev.uprobe.api.v1alpha1.HostTarget;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.ReturnSpec;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {
  private static final String HEAD = "apiVersion: uprobe.dev/v1alpha1\nkind: UprobeTrace\n";

  @Test
  void readsEveryField() throws Exception {
    TraceManifest trace =
        one(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: checkout, namespace: shop, labels: {app: x}, annotations: {note: "1"}}
            spec:
              target:
                host: {pid: 42, comm: checkout, binary: /app/bin/checkout}
              nodeSelector: {zone: a}
              suspend: false
              activeDeadlineSeconds: 600
              recentEvents: 10
              probes:
              - name: charge
                binary: /app/bin/checkout
                symbol: charge_card
                type: Call
                args:
                - {name: data, type: bytes, index: 2, size: 128, length: n}
                - {name: n, type: u64}
                returns: {type: i32, size: 1}
                where: ["n >= 1000", duration > 10ms]
                message: "charged {n}"
              - name: strlen
                symbol: strlen
                signature: size_t strlen(const char *s)
            """);

    assertEquals("checkout", trace.metadata().name());
    assertEquals("shop", trace.metadata().namespace());
    assertEquals(Map.of("app", "x"), trace.metadata().labels());
    assertEquals(Map.of("note", "1"), trace.metadata().annotations());
    UprobeTraceSpec spec = trace.spec();
    assertEquals(new HostTarget(42, "checkout", "/app/bin/checkout"), spec.target().host());
    assertEquals(Map.of("zone", "a"), spec.nodeSelector());
    assertEquals(false, spec.suspend());
    assertEquals(600, spec.activeDeadlineSeconds());
    assertEquals(10, spec.recentEvents());
    assertEquals(
        List.of(
            new ProbeSpec(
                "charge",
                "/app/bin/checkout",
                "charge_card",
                List.of(),
                null,
                null,
                null,
                ProbeType.CALL,
                null,
                List.of(
                    new ArgumentSpec("data", 2, null, null, DataType.BYTES, null, 128, "n"),
                    new ArgumentSpec("n", null, null, null, DataType.U64, null, null, null)),
                new ReturnSpec(DataType.I32, null, null, 1),
                List.of("n >= 1000", "duration > 10ms"),
                null,
                null,
                null,
                null,
                "charged {n}"),
            new ProbeSpec(
                "strlen",
                null,
                "strlen",
                List.of(),
                null,
                null,
                null,
                null,
                "size_t strlen(const char *s)",
                List.of(),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null)),
        spec.probes());
  }

  @Test
  void readsALabelSelector() throws Exception {
    var selector =
        one(HEAD
                + """
                spec:
                  target:
                    podSelector:
                      matchLabels: {app: checkout}
                      matchExpressions: [{key: tier, operator: In, values: [a, b]}]
                    container: app
                """)
            .spec()
            .target()
            .podSelector();
    assertEquals(Map.of("app", "checkout"), selector.matchLabels());
    assertEquals("tier", selector.matchExpressions().get(0).key());
    assertEquals(List.of("a", "b"), selector.matchExpressions().get(0).values());
  }

  @Test
  void absentFieldsAreNullAndAbsentListsAreEmpty() throws Exception {
    UprobeTraceSpec spec = one(HEAD + "spec: {suspend: }").spec();
    assertNull(spec.target());
    assertNull(spec.suspend());
    assertEquals(List.of(), spec.probes());
    assertEquals(Map.of(), spec.nodeSelector());
  }

  @Test
  void readsWhatKubectlPrints() throws Exception {
    TraceManifest trace =
        one(
            HEAD
                + """
                metadata:
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  generation: 3
                  managedFields: [{manager: kubectl}]
                  name: checkout
                  resourceVersion: "123"
                  uid: 8f4c
                spec: {}
                status: {conditions: [{type: Ready}]}
                """);
    assertEquals("checkout", trace.metadata().name());
  }

  @Test
  void readsSeveralDocumentsAndSkipsEmptyOnes() throws Exception {
    List<TraceDocument> documents =
        read(
            "---\n" + HEAD + "metadata: {name: a}\n---\n---\n" + HEAD + "metadata: {name: b}\n...");
    assertEquals(
        List.of("a", "b"),
        documents.stream().map(document -> document.trace().metadata().name()).toList());
  }

  @Test
  void readsJson() throws Exception {
    TraceManifest trace =
        one(
            """
            {
            \t"apiVersion": "uprobe.dev/v1alpha1", "kind": "UprobeTrace",
            \t"spec": {"recentEvents": 5, "probes": [{"name": "a\\u0062"}]}
            }
            """);
    assertEquals(5, trace.spec().recentEvents());
    assertEquals("ab", trace.spec().probes().get(0).name());
  }

  @Test
  void writesOutAliases() throws Exception {
    TraceManifest trace =
        one(HEAD + "spec: {probes: [{name: &n a, where: &w [x == 1]}, {name: *n, where: *w}]}");
    assertEquals(trace.spec().probes().get(0), trace.spec().probes().get(1));
  }

  @Test
  void readsAByteOrderMark() throws Exception {
    assertEquals("UprobeTrace", one("\uFEFF" + HEAD).kind());
  }

  @Test
  void namesFileLineAndColumnOfAnUnknownField() {
    assertEquals(
        "trace.yaml:6:5: spec.probes[0].symbl is not a field of a probe; did you mean \"symbol\"?",
        problem(HEAD + "spec:\n  probes:\n  - name: a\n    symbl: strlen\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {limit: {}}                      | 3:8: spec.limit is not a field of a trace's spec (known fields: activeDeadlineSeconds, nodeSelector, probes, recentEvents, suspend, target)
          {target: {hots: {}}}             | 3:17: spec.target.hots is not a field of a target; did you mean "host"?
          {target: {host: {port: 1}}}      | 3:24: spec.target.host.port is not a field of a host target (known fields: binary, comm, pid)
          {probes: [{ofset: 1}]}           | 3:18: spec.probes[0].ofset is not a field of a probe; did you mean "offset"?
          {probes: [{args: [{nam: a}]}]}   | 3:26: spec.probes[0].args[0].nam is not a field of an argument; did you mean "name"?
          {probes: [{returns: {length: n}}]} | 3:28: spec.probes[0].returns.length is not a field of returns (known fields: count, size, type, value)
          {probes: [{type: Entyr}]}        | 3:18: spec.probes[0].type: expected one of Entry, Return, Call, found the text "Entyr"
          {probes: [{type: 1}]}            | 3:18: spec.probes[0].type: expected one of Entry, Return, Call, found the number 1
          {probes: [{type: ""}]}           | 3:18: spec.probes[0].type: expected one of Entry, Return, Call, found the text ""
          {probes: [{args: [{type: int}]}]} | 3:26: spec.probes[0].args[0].type: expected one of i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, char, pointer, string, bytes, found the text "int"
          {recentEvents: ten}              | 3:8: spec.recentEvents: expected a whole number, found the text "ten"
          {recentEvents: "10"}             | 3:8: spec.recentEvents: expected a whole number, found the text "10"
          {recentEvents: 1.5}              | 3:8: spec.recentEvents: expected a whole number, found the number 1.5
          {recentEvents: true}             | 3:8: spec.recentEvents: expected a whole number, found true
          {recentEvents: [1]}              | 3:8: spec.recentEvents: expected a whole number, found a list
          {recentEvents: 99999999999}      | 3:8: spec.recentEvents: expected a whole number from -2147483648 to 2147483647, found the number 99999999999
          {recentEvents: 010}              | 3:22: 010 can be misread; write a number in plain decimal digits, a text in quotes
          {suspend: maybe}                 | 3:8: spec.suspend: expected true or false, found the text "maybe"
          {suspend: 1}                     | 3:8: spec.suspend: expected true or false, found the number 1
          {target: {host: {comm: 123}}}    | 3:24: spec.target.host.comm: expected text, found the number 123
          {target: {host: {comm: yes}}}    | 3:24: spec.target.host.comm: expected text, found true
          {target: {host: {comm: {}}}}     | 3:24: spec.target.host.comm: expected text, found an object
          {target: host}                   | 3:8: spec.target: expected an object, found the text "host"
          {target: ""}                     | 3:8: spec.target: expected an object, found the text ""
          {target: []}                     | 3:8: spec.target: expected an object, found a list
          {probes: {name: a}}              | 3:8: spec.probes: expected a list, found an object
          {probes: ""}                     | 3:8: spec.probes: expected a list, found the text ""
          {probes: [a]}                    | 3:17: spec.probes[0]: expected an object, found the text "a"
          {probes: [null]}                 | 3:17: spec.probes[0]: expected an object, found nothing
          {probes: [{where: x == 1}]}      | 3:18: spec.probes[0].where: expected a list, found the text "x == 1"
          {probes: [{where: [1]}]}         | 3:26: spec.probes[0].where[0]: expected text, found the number 1
          {probes: [{where: [~]}]}         | 3:26: spec.probes[0].where[0]: expected text, found nothing
          {nodeSelector: {a: 1}}           | 3:23: spec.nodeSelector.a: expected text, found the number 1
          {nodeSelector: {a: }}            | 3:23: spec.nodeSelector.a: expected text, found nothing
          {suspend: true, suspend: false}  | 3:23: spec.suspend is given twice, first in line 3
          {[a]: 1}                         | 3:8: the name of a field must be a word
          {target: !!java.io.File x}       | 3:16: not valid YAML: Global tag is not allowed: tag:yaml.org,2002:java.io.File
          {target: !mine x}                | 3:16: the YAML tag !mine has no meaning here
          {<<: {suspend: true}}            | 3:8: spec.<< is not a field of a trace's spec (known fields: activeDeadlineSeconds, nodeSelector, probes, recentEvents, suspend, target)
          5                                | 3:1: spec: expected an object, found the number 5
          """)
  void saysWhereAndWhyASpecCannotBeRead(String spec, String message) {
    assertEquals("trace.yaml:" + message, problem(HEAD + "spec: " + spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ^^                       | trace.yaml: the file is empty; expected a UprobeTrace
          # nothing                | trace.yaml: the file is empty; expected a UprobeTrace
          just words               | trace.yaml:1:1: expected a UprobeTrace, found the text "just words"
          [1]                      | trace.yaml:1:1: expected a UprobeTrace, found a list
          {kind: UprobeTrace}      | trace.yaml:1:1: apiVersion: expected uprobe.dev/v1alpha1, found nothing
          {apiVersion: v1}         | trace.yaml:1:2: apiVersion: expected uprobe.dev/v1alpha1, found the text "v1"
          {apiVersion: uprobe.dev/v1alpha1, kind: Pod} | trace.yaml:1:35: kind: expected UprobeTrace, found the text "Pod"
          a: b: c                  | trace.yaml:1:5: not valid YAML: mapping values are not allowed here
          {a: *b}                  | trace.yaml:1:5: not valid YAML: found undefined alias b
          a: [                     | trace.yaml:1:5: not valid YAML: expected the node content, but found '<stream end>'
          """)
  void saysWhatIsNoTrace(String text, String message) {
    assertEquals(message, problem(text));
  }

  @Test
  void refusesWhatIsNoText() {
    assertEquals(
        "trace.yaml: the file is not UTF-8 text",
        problem(new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe}));
    assertEquals(
        "trace.yaml: the character U+0000 at offset 1 is not allowed in YAML", problem("a\0b"));
  }

  @Test
  void limitsSizeNestingAndAliases() {
    assertEquals("trace.yaml: the file is larger than 1 MiB", problem("#".repeat(1024 * 1024 + 1)));
    assertEquals(
        "trace.yaml: not valid YAML: Nesting Depth exceeded max 50", problem("[".repeat(10_000)));
    assertTrue(problem(HEAD + "spec: &a {target: *a}").contains("too deeply nested"));
    StringBuilder laughs = new StringBuilder(HEAD + "a0: &a0 [x, x]\n");
    for (int i = 1; i <= 24; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertTrue(problem(laughs.toString()).contains("too large"));
  }

  @Test
  void locatesProblemsThatAreFoundLater() throws Exception {
    TraceDocument document =
        read(HEAD + "spec:\n  probes:\n  - name: a\n    where:\n    - x == 1\n").get(0);
    assertEquals(
        "trace.yaml:7:7: spec.probes[0].where[0]: why",
        document.locate("spec.probes[0].where[0]", "why"));
    assertEquals(
        "trace.yaml:5:5: spec.probes[0].symbol: why",
        document.locate("spec.probes[0].symbol", "why"));
    assertEquals("trace.yaml:1:1: metadata.name: why", document.locate("metadata.name", "why"));
  }

  private static TraceManifest one(String text) throws Exception {
    List<TraceDocument> documents = read(text);
    assertEquals(1, documents.size());
    return documents.get(0).trace();
  }

  private static List<TraceDocument> read(String text)
      throws IOException, UnreadableTraceException {
    return new TraceReader()
        .read("trace.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String problem(String text) {
    return problem(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String problem(byte[] bytes) {
    return assertThrows(
            UnreadableTraceException.class,
            () -> new TraceReader().read("trace.yaml", new ByteArrayInputStream(bytes)))
        .getMessage();
  }
}
