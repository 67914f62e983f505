package dev.uprobe.language.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.Limit;
import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.yaml.TraceReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceCompilerTest {

  @Test
  void compilesATraceToAPlan() throws Exception {
    TracePlan plan =
        compile(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: checkout, namespace: shop}
            spec:
              target: {host: {comm: checkout}}
              activeDeadlineSeconds: 600
              probes:
              - name: charge
                binary: /app/bin/checkout
                symbol: charge_card
                type: Call
                signature: int charge_card(const char *customer, unsigned long cents)
                where: ["cents >= 1000"]
                message: "charged {customer} in {duration}"
            """);

    Value customer = argument("customer", 1, new ValueType.Text(64));
    Value cents = argument("cents", 2, new ValueType.Whole(8, false));
    assertEquals(
        new TracePlan(
            "checkout",
            Optional.of("shop"),
            new HostFilter(OptionalInt.empty(), Optional.of("checkout"), Optional.empty()),
            Optional.of(Duration.ofMinutes(10)),
            List.of(
                new ProbePlan(
                    "charge",
                    ProbeType.CALL,
                    Optional.of("/app/bin/checkout"),
                    new AttachPoint.Functions(List.of("charge_card"), 0),
                    Convention.C,
                    List.of(customer, cents, returned(new ValueType.Whole(4, true))),
                    List.of(
                        new Clause(
                            List.of(
                                new Condition.Number(
                                    cents.operand(), Condition.Operator.GREATER_OR_EQUAL, 1000)))),
                    new Limit(1000, 1),
                    Optional.empty(),
                    0,
                    new MessageTemplate(
                        List.of(
                            new MessageTemplate.Literal("charged "),
                            new MessageTemplate.Reference("customer"),
                            new MessageTemplate.Literal(" in "),
                            new MessageTemplate.Reference("duration"))))),
            List.of()),
        plan);
  }

  @Test
  void compilesTheTutorialsExample() throws Exception {
    List<ProbePlan> probes =
        probes(
            """
            - {name: enter, binary: /bin/sample, symbol: func, message: "arg = {counter}",
               args: [{name: counter, type: u32}], where: ["counter != 0"]}
            - {name: leave, binary: /bin/sample, symbol: func, type: Return,
               returns: {type: u32}, message: "return value = {return}"}
            """);
    assertEquals(ProbeType.ENTRY, probes.get(0).type());
    assertEquals(
        List.of(argument("counter", 1, new ValueType.Whole(4, false))), probes.get(0).values());
    assertEquals(List.of(returned(new ValueType.Whole(4, false))), probes.get(1).values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symbol: f                 | f
          symbol: f, offset: 0      | f
          symbol: f, offset: 0x12   | f+0x12
          symbols: [f, "SSL_*"]     | f, SSL_*
          address: 0x1139           | 0x1139
          usdt: libc:setjmp         | libc:setjmp
          """)
  void aProbeSitsInOnePlace(String fields, String place) throws Exception {
    assertEquals(place, probes("- {name: p, " + fields + "}").get(0).place().text());
  }

  @Test
  void placesArgumentsByIndexOrElseByTheirOrder() throws Exception {
    assertEquals(
        List.of(
            argument("a", 1, new ValueType.Char()),
            argument("b", 9, new ValueType.Text(32)),
            argument("c", 3, new ValueType.Bool())),
        probe(
                """
                args: [{name: a, type: char}, {name: b, type: string, index: 9, size: 32},
                       {name: c, type: bool}]
                """)
            .values());
  }

  @Test
  void cutsBytesAndTextAtTheirLengthWhereOneIsNamed() throws Exception {
    Value n = argument("n", 2, new ValueType.Whole(8, false));
    assertEquals(
        List.of(
            argument("data", 1, new ValueType.Bytes(64, Optional.of(n.operand()))),
            n,
            argument("id", 3, new ValueType.Bytes(16, Optional.empty())),
            argument("text", 4, new ValueType.Bytes(8, Optional.of(n.operand()), true))),
        probe(
                """
                args: [{name: data, type: bytes, length: n}, {name: n, type: u64},
                       {name: id, type: bytes, size: 16},
                       {name: text, type: string, size: 8, length: n}]
                """)
            .values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: Entry                                     | ''
          type: Return                                    | return
          type: Call                                      | return
          type: Entry, signature: int f(int a)            | a
          type: Return, signature: int f(int a)           | return
          type: Call, signature: int f(int a)             | a return
          type: Call, signature: void f(int a)            | a
          type: Return, signature: void f(int a)          | ''
          type: Call, signature: double f(int a), message: x | a
          """)
  void anEventCarriesWhatItsTypeOfProbeSees(String probe, String names) throws Exception {
    assertEquals(
        names,
        probes("- {name: p, symbol: f, " + probe + "}").get(0).values().stream()
            .map(Value::name)
            .collect(Collectors.joining(" ")));
  }

  @Test
  void aReturnValueWithoutADescriptionIsA64BitNumber() throws Exception {
    List<Value> values = List.of(returned(new ValueType.Whole(8, true)));
    assertEquals(values, probe("type: Return").values());
    assertEquals(values, probe("type: Call").values());
    assertEquals(values, probe("type: Return\nreturns: {}").values());
  }

  @Test
  void anArgumentMayHaveTheNameOfABuiltIn() throws Exception {
    ProbePlan plan =
        probe("signature: int f(int pid, long duration)\nwhere: [pid == -1, duration == 5]");
    assertEquals(List.of("pid", "duration"), plan.values().stream().map(Value::name).toList());
    assertEquals(new Source.Argument(1), plan.where().get(0).anyOf().get(0).left().source());
    assertEquals(new Source.Argument(2), plan.where().get(1).anyOf().get(0).left().source());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          name: A                       | name: a name has at most 63 lower-case letters, digits and "-", and begins and ends with a letter or digit
          symbol: " "                   | symbol: a probe needs the name of a function, or a glob such as SSL_*
          symbol: f, symbols: [g]       | symbols: give only one of symbol, symbols, address and usdt, not symbol and symbols
          symbol: f, address: 1, usdt: a:b | address: give only one of symbol, symbols, address and usdt, not symbol, address and usdt
          symbols: [f, f]               | symbols[1]: is already in the list; remove it
          symbols: [f, ""]              | symbols[1]: a probe needs the name of a function, or a glob such as SSL_*
          address: -1                   | address: must not be negative; write it as nm and objdump show it, such as 0x1139
          address: 1, offset: 2         | offset: counts from a function's first instruction; give symbol too
          offset: -1                    | offset: must not be negative
          type: Call, offset: 1         | offset: an instruction inside of a function neither is called nor returns; use type Entry
          usdt: libc                    | usdt: must be provider:name, such as libc:setjmp, of at most 255 characters
          symbol: "a\\tb"               | symbol: must not contain control characters
          binary: ""                    | binary: must have 1 to 4095 characters
          signature: int f(foo a)       | signature: column 7: "foo" is not a known type; describe the values with args: and returns: instead of a signature
          signature: int f(), args: [{name: a, type: i32}] | signature: give either a signature, or args and returns, not both
          signature: int f(), returns: {type: i32}         | signature: give either a signature, or args and returns, not both
          type: Return, args: [{name: a, type: i32}]       | args[0]: a probe of type Return no longer sees the arguments, use type Call
          returns: {type: i32}          | returns: a probe of type Entry has no return value, use type Return or Call
          args: [{type: i32}]           | args[0].name: an argument needs a name
          args: [{name: 1a, type: i32}] | args[0].name: a name has at most 63 letters, digits and "_", and does not begin with a digit
          args: [{name: return, type: i32}] | args[0].name: "return" is the name of the return value; name the argument differently
          args: [{name: a, type: i32}, {name: a, type: i32}] | args[1].name: an earlier argument is named "a" too
          args: [{name: a}]             | args[0].type: an argument needs a type, such as i32, u64, string or pointer
          args: [{name: a, type: i32, index: 17}] | args[0].index: must be from 1 to 16
          args: [{name: a, type: i32, index: 0}]  | args[0].index: must be from 1 to 16
          args: [{name: a, type: i32, size: 4}]   | args[0].size: only a string and bytes have a size
          args: [{name: a, type: string, size: 0}] | args[0].size: must be from 1 to 4096
          args: [{name: a, type: bytes, size: 4097}] | args[0].size: must be from 1 to 4096
          args: [{name: a, type: i32, length: a}] | args[0].length: only a string and bytes have a length
          args: [{name: a, type: bytes, length: count}, {name: cont, type: i32}] | args[0].length: no integer argument of this probe is named "count"; did you mean "cont"?
          args: [{name: a, type: bytes, length: b}, {name: b, type: pointer}]    | args[0].length: no integer argument of this probe is named "b"
          type: Call, returns: {type: i32, size: 4} | returns.size: only a string and bytes have a size
          args: [{name: a, type: i32, index: 1, value: arg1->8}] | args[0].value: give either index or value; value: arg1->8 says which argument it begins with
          args: [{name: a, type: i32, value: arg1->}]            | args[0].value: column 7: expected an offset in bytes, such as 16, or a field's name, found the end
          args: [{name: a, type: i32, value: "b->8"}]            | args[0].value: column 1: no path begins with "b" (known names: arg1, arg2 ...)
          args: [{name: a, type: i32, value: "arg17->8"}]        | args[0].value: column 1: arguments go up to arg16
          args: [{name: a, type: i32, value: "return->8"}]       | args[0].value: column 1: a probe of type Entry has no return value, use type Return or Call
          args: [{name: a, value: arg1->next}], signature: int f(int a) | signature: give either a signature, or args and returns, not both
          usdt: a:b, args: [{name: a, value: arg1->next}]        | args: a USDT probe does not declare the types of its arguments; write offsets in bytes instead of names of fields
          args: [{name: a, type: f64}]  | args[0].type: a probe cannot read floating-point registers, so it cannot see this value; one in memory can be read, such as value: arg1->8
          type: Call, returns: {type: f32} | returns.type: a probe cannot read floating-point registers, so it cannot see this value; one in memory can be read, such as value: return->8
          type: Call, returns: {type: i32, value: arg1->8} | returns.value: must begin with return, such as return->8; a path that begins with an argument belongs under args
          args: [{name: a, type: i32, count: 65}]   | args[0].count: must be from 1 to 64
          args: [{name: a, type: string, count: 2}] | args[0].count: only integers and floating-point numbers have a count; for bytes, write a size
          args: [{name: a, type: string, at: return}] | args[0].at: only a probe of type Call reads arguments at the return, use type Call
          type: Call, args: [{name: a, type: i32, at: return}]   | args[0].at: the argument itself is the same at the return; at: return is for what it points to, such as value: "*a"
          type: Call, args: [{name: a, type: i32, value: return->8, at: entry}] | args[0].at: the return value is known at the return only; leave at out
          type: Call, returns: {type: i32}, args: [{name: a, type: bytes, length: return}] | args[0].length: return is known at the return only; write at: return too
          type: Return, args: [{name: a, type: i32, value: arg1->8}] | args[0]: a probe of type Return no longer sees the arguments, use type Call
          type: Call, signature: int f(double rate, int n) | signature: rate cannot be shown: a double is not in an integer register, and probes read only those; write a message without it, such as "{function}(n={n}) = {return} [{duration}]"
          type: Return, signature: float f(void)        | signature: return cannot be shown: a float is not in an integer register, and probes read only those; write a message without it, such as "{function} returned"
          limit: {eventsPerSecond: -1}  | limit.eventsPerSecond: must be from 0, which is no limit, to 1000000
          limit: {sampleEvery: 0}       | limit.sampleEvery: must be from 1 to 1000000
          where: [x == 1]               | where[0]: column 1: nothing is named "x" here (known names: pid, tid, comm)
          message: "{x}"                | message: column 2: nothing is named "x" here (known names: function, comm, pid, tid, cpu, probe)
          message: "{return}"           | message: column 2: return cannot be used: a probe of type Entry has no return value, use type Return or Call
          type: Return, signature: int f(int a), message: "{a}" | message: column 2: a cannot be used: a probe of type Return no longer sees the arguments, use type Call
          type: Call, signature: void f(), message: "{return}"  | message: column 2: return cannot be used: the signature says that the function returns nothing (void)
          signature: int f(float x), message: x, where: ["x > 1"]           | where[0]: column 1: x cannot be used: a float is not in an integer register, and probes read only those
          """)
  void saysWhatIsWrongWithAProbe(String fields, String problem) {
    // Fields of the table win over the defaults.
    String name = fields.startsWith("name:") ? "" : "name: p, ";
    boolean hasPlace = fields.matches("(symbols?|address|usdt):.*");
    String symbol = hasPlace ? "" : "symbol: f, ";
    assertEquals(
        List.of("spec.probes[0]." + problem),
        problems(trace("- {" + name + symbol + flow(fields) + "}")));
  }

  @Test
  void aPathLeadsFromAnArgumentThroughMemory() throws Exception {
    List<Value> values =
        probe(
                """
                type: Call
                args:
                - {name: head, type: pointer}
                - {name: id, type: u32, value: arg1->16->8}
                - {name: data, type: bytes, size: 16, at: return, length: out}
                - {name: out, type: u64, value: "*arg3", at: return}
                - {name: third, type: i16, value: "head[3]"}
                - {name: inline, type: string, value: head + 0x18}
                - {name: word, type: string, value: "arg4[1]"}
                - {name: samples, type: f32, count: 4, value: return->8}
                """)
            .values();
    Source head = new Source.Argument(1);
    Operand out =
        new Operand(
            new Source.Memory(new Source.Argument(3), List.of(0), 0),
            new ValueType.Whole(8, false),
            CapturePoint.RETURN);
    ValueType floats = new ValueType.Array(new ValueType.Real(4), 4);
    assertEquals(
        List.of(
            argument("head", 1, new ValueType.Pointer()),
            memory("id", new Source.Memory(head, List.of(16, 8), 0), new ValueType.Whole(4, false)),
            new Value(
                "data",
                new Operand(
                    new Source.Argument(2),
                    new ValueType.Bytes(16, Optional.of(out)),
                    CapturePoint.RETURN)),
            new Value("out", out),
            memory("third", new Source.Memory(head, List.of(6), 0), new ValueType.Whole(2, true)),
            memory("inline", new Source.Memory(head, List.of(), 24), new ValueType.Text(64)),
            memory(
                "word",
                new Source.Memory(new Source.Argument(4), List.of(8), 0),
                new ValueType.Text(64)),
            memory("samples", new Source.Memory(new Source.ReturnValue(), List.of(8), 0), floats),
            returned(new ValueType.Whole(8, true))),
        values);
    assertEquals(CapturePoint.RETURN, values.get(7).operand().at());
  }

  @Test
  void aReturnProbeReadsWhatItsValuePointsTo() throws Exception {
    List<Value> values =
        probe(
                """
                type: Return
                args: [{name: size, type: u32, value: return->8}]
                returns: {type: string, value: "*return"}
                """)
            .values();
    Source returned = new Source.ReturnValue();
    assertEquals(
        List.of(
            memory(
                "size", new Source.Memory(returned, List.of(8), 0), new ValueType.Whole(4, false)),
            memory("return", new Source.Memory(returned, List.of(0), 0), new ValueType.Text(64))),
        values);
  }

  @Test
  void limitsWhatSearchesLookAt() {
    String searches = String.join(", ", Collections.nCopies(5, "\"s contains 'x'\""));
    assertEquals(
        List.of(
            "spec.probes[0].where: searches up to 20480 bytes per call, the maximum is 8192; give"
                + " the strings that are searched a smaller size"),
        problems(
            trace(
                "- {name: p, symbol: f, args: [{name: s, type: string, size: 4096}], where: ["
                    + searches
                    + "]}")));
  }

  @Test
  void anArgumentOfACallCannotBeNamedDuration() {
    assertEquals(
        List.of(
            "spec.probes[0]: an argument of a Call probe cannot be named duration, which is the"
                + " time of the call; name it differently here, names need not be those of the"
                + " source"),
        problems(trace("- {name: p, symbol: f, type: Call, signature: 'int f(long duration)'}")));
  }

  @Test
  void limitsTheBytesOfAnEvent() {
    String strings =
        IntStream.range(0, 5)
            .mapToObj(i -> "{name: s" + i + ", type: string, size: 4096}")
            .collect(Collectors.joining(", "));
    assertEquals(
        List.of(
            "spec.probes[0]: captures up to 20480 bytes per call, the maximum is 16384; give strings"
                + " and bytes a smaller size"),
        problems(trace("- {name: p, symbol: f, args: [" + strings + "]}")));
  }

  @Test
  void limitsConditionsAndEntriesOfWhere() {
    assertEquals(
        List.of(
            "spec.probes[0].where: a probe has at most 16 conditions, this one has 18 (a range"
                + " counts as two)"),
        problems(trace("- {name: p, symbol: f, where: [" + "pid == 1..2, ".repeat(9) + "]}")));
    assertEquals(
        List.of("spec.probes[0].where: has at most 16 entries, this one has 17"),
        problems(trace("- {name: p, symbol: f, where: [" + "pid == 1, ".repeat(17) + "]}")));
  }

  @Test
  void limitsLengthsAndCounts() {
    assertEquals(
        List.of("spec.probes[0].symbol: must have at most 1024 characters"),
        problems(trace("- {name: p, symbol: " + "f".repeat(1025) + "}")));
    assertEquals(
        List.of("spec.probes: a trace has 1 to 64 probes, this one has 0"), problems(trace("[]")));
    assertEquals(
        List.of("spec.probes: a trace has 1 to 64 probes, this one has 65"),
        problems(
            trace(
                IntStream.range(0, 65)
                    .mapToObj(i -> "- {name: p" + i + ", symbol: f}\n")
                    .collect(Collectors.joining()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          target: {podSelector: {}}            | spec.target.podSelector: selecting pods needs a cluster; on a single host use target.host
          target: {podSelector: {}, host: {}}  | spec.target: give either podSelector or host, not both
          target: {}                           | spec.target: say what to trace; "host: {}" is every process of this host
          target:                              | spec.target: say what to trace; "host: {}" is every process of this host
          target: {host: }                     | spec.target: say what to trace; "host: {}" is every process of this host
          target: {host: {}, container: app}   | spec.target.container: a container can only be named together with podSelector
          target: {host: {pid: 0}}             | spec.target.host.pid: must be at least 1
          target: {host: {comm: a-name-too-long-}} | spec.target.host.comm: must have 1 to 15 bytes, because the kernel stores no more of a name; this has 16
          target: {host: {binary: ""}}         | spec.target.host.binary: must have 1 to 4095 characters
          suspend: true                        | spec.suspend: the trace is suspended; set it to false to run the trace
          activeDeadlineSeconds: 0             | spec.activeDeadlineSeconds: must be at least 1 second; leave it out to trace until stopped
          recentEvents: 51                     | spec.recentEvents: must be from 0 to 50
          recentEvents: -1                     | spec.recentEvents: must be from 0 to 50
          """)
  void saysWhatIsWrongWithATrace(String field, String problem) {
    String target = field.startsWith("target:") ? "" : "  target: {host: {}}\n";
    assertEquals(
        List.of(problem),
        problems(
            "apiVersion: uprobe.dev/v1alpha1\nkind: UprobeTrace\nmetadata: {name: t}\nspec:\n"
                + target
                + "  "
                + field
                + "\n  probes: [{name: p, symbol: f}]\n"));
  }

  @Test
  void aTraceNeedsANameAndASpec() {
    assertEquals(
        List.of(
            "metadata.name: a trace needs a name",
            "spec: a trace needs a spec with target and probes"),
        problems("apiVersion: uprobe.dev/v1alpha1\nkind: UprobeTrace\n"));
  }

  @Test
  void findsAllProblemsAtOnceInTheOrderOfTheFields() {
    assertEquals(
        List.of(
            "metadata.name: a name has at most 253 lower-case letters, digits, \"-\" and \".\", and"
                + " each part of it begins and ends with a letter or digit",
            "metadata.namespace: a name has at most 63 lower-case letters, digits and \"-\", and"
                + " begins and ends with a letter or digit",
            "spec.target.host.pid: must be at least 1",
            "spec.recentEvents: must be from 0 to 50",
            "spec.probes[0].symbol: a probe needs the name of a function, or a glob such as SSL_*;"
                + " or give symbols, address or usdt instead",
            "spec.probes[0].where[1]: column 1: nothing is named \"y\" here (known names: x, pid,"
                + " tid, comm)",
            "spec.probes[1].name: an earlier probe is named \"p\" too",
            "spec.probes[1].args[0].type: an argument needs a type, such as i32, u64, string or"
                + " pointer",
            "spec.probes[2].name: a probe needs a name"),
        problems(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: a..b, namespace: a.b}
            spec:
              target: {host: {pid: -1}}
              recentEvents: 1000
              probes:
              - {name: p, args: [{name: x, type: i32}], where: [x == 1, y == 1]}
              - {name: p, symbol: f, args: [{name: x}], where: [z == 1]}
              - {symbol: f}
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          where: [return < 0]            | where[0]
          where: [return != 1..5]        | where[0]
          where: [return == -1]          | where[0]
          where: [duration > 1ms or return > 0] | where[0]
          aggregate: {histogram: return} | aggregate.histogram
          aggregate: {count: true, by: [return]} | aggregate.by[0]
          """)
  void asksForTheTypeOfTheReturnValueWhereItsSignMatters(String field, String at) throws Exception {
    String probe = "- {name: p, symbol: f, type: Call, %s%s}";
    assertEquals(
        List.of(
            "spec.probes[0]."
                + at
                + ": the type of the return value is not known; write returns: {type: i32} for a"
                + " function that returns int, or a signature (auto takes it from debug"
                + " information)"),
        problems(trace(probe.formatted(field, ""))));

    probes(probe.formatted(field, ", returns: {type: i32}"));
    probes(probe.formatted(field, ", signature: int f(void)"));
  }

  @Test
  void aReturnValueWithoutATypeCanBeComparedForEquality() throws Exception {
    probes("- {name: p, symbol: f, type: Call, where: [return == 0, return != 3]}");
  }

  @Test
  void asksForTheTypeOfAReturnValueThatIsALength() throws Exception {
    String probe =
        "- {name: p, symbol: f, type: Call, args: [{name: s, type: bytes, size: 8, length: return,"
            + " at: return}]%s}";
    assertEquals(
        List.of(
            "spec.probes[0].args[0].length: the type of the return value is not known; write"
                + " returns: {type: i32} for a function that returns int, or a signature (auto"
                + " takes it from debug information)"),
        problems(trace(probe.formatted(""))));
    probes(probe.formatted(", returns: {type: i32}"));
  }

  @Test
  void saysThatAReturnValueWithoutATypeIsTakenAsANumberOf64Bits() throws Exception {
    List<String> advice =
        List.of(
            "Probe p: the return value is read as a 64-bit number, because nothing says what the"
                + " function returns; a negative int then reads as 4294967289. Write returns: {type:"
                + " i32} for a function that returns int, or a signature (auto takes it from debug"
                + " information).");
    String probe = "- {name: p, symbol: f, type: %s}";
    assertEquals(advice, advice(probe.formatted("Return")));
    assertEquals(advice, advice(probe.formatted("Call, message: '= {return}'")));
    assertEquals(advice, advice(probe.formatted("Call, message: hit, where: [return == 0]")));

    assertEquals(List.of(), advice(probe.formatted("Call, message: '{duration}'")));
    assertEquals(List.of(), advice(probe.formatted("Call, aggregate: {count: true}")));
    assertEquals(List.of(), advice(probe.formatted("Return, returns: {type: i64}")));
    assertEquals(List.of(), advice(probe.formatted("Entry")));
  }

  private static List<String> advice(String probe) throws Exception {
    return compile(trace(probe)).advice();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n < 3, n > 5",
        "n == 1, n == 2",
        "n == 1..5, n != 1..5",
        "n == 1 or n == 2, n != 1, n != 2",
        "u < 10, u == 4294967295",
        "duration > 10ms, duration < 5ms",
        "s == 'a', s == 'b'",
        "s == 'a', s != 'a'",
        "s == 'abc', s startsWith 'b'",
        "s startsWith 'a', s startsWith 'bc'",
        "s endsWith 'a', s endsWith 'bc'",
        "s == 'abc', s contains 'd'",
      })
  void refusesConditionsThatCanNeverHoldTogether(String entries) throws Exception {
    List<String> where = List.of(entries.split(", "));
    assertEquals(
        List.of(
            "spec.probes[0].where["
                + (where.size() - 1)
                + "]: this can never hold together with the entries before it, but all entries must"
                + " hold; join alternatives with \"or\" in one entry"),
        problems(trace(filtered(where))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "n > 3, n < 5",
        "n < 0, u > 5",
        "n == 1 or u == 2, n == 2",
        "n & 4, n == 3",
        "s startsWith 'a', s startsWith 'ab', s endsWith 'c'",
        "s != 'a', s != 'b'",
        "u >= 1, u <= 1",
      })
  void acceptsConditionsThatMayHoldTogether(String entries) throws Exception {
    probes(filtered(List.of(entries.split(", "))));
  }

  private static String filtered(List<String> where) {
    return "- {name: p, symbol: f, type: Call, signature: \"void f(int n, unsigned u, const char"
        + " *s)\", where: [\""
        + String.join("\", \"", where)
        + "\"]}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'Vec::at'              | pointer
          'Vec::at(int)'         | pointer
          _ZN3Vec2atEi           | pointer
          vec_at                 | bytes
          'vec_at(std::string)'  | bytes
          """)
  void theObjectOfAMethodIsNoBuffer(String symbol, String shown) throws Exception {
    ProbePlan plan =
        probes("- {name: p, symbol: %s, signature: \"int at(void *v, int n)\"}".formatted(symbol))
            .get(0);

    boolean isBytes = plan.values().get(0).operand().type() instanceof ValueType.Bytes;
    assertEquals(shown, isBytes ? "bytes" : "pointer");
  }

  /** Quotes the signature of a row, whose commas would end it in a flow mapping. */
  private static String flow(String fields) {
    return fields.replaceAll("signature: ([^)]*\\))", "signature: \"$1\"");
  }

  private static ProbePlan probe(String fields) throws Exception {
    return probes("- name: p\n  symbol: f\n" + fields.strip().indent(2)).get(0);
  }

  private static List<ProbePlan> probes(String probes) throws Exception {
    return compile(trace(probes)).probes();
  }

  private static String trace(String probes) {
    return "apiVersion: uprobe.dev/v1alpha1\nkind: UprobeTrace\nmetadata: {name: t}\nspec:\n"
        + "  target: {host: {}}\n  probes:\n"
        + probes.indent(4);
  }

  private static TracePlan compile(String yaml) throws Exception {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return TraceCompiler.compile(
        new TraceReader().read("trace.yaml", new ByteArrayInputStream(bytes)).get(0).trace());
  }

  private static List<String> problems(String yaml) {
    return assertThrows(InvalidTraceException.class, () -> compile(yaml)).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  private static Value argument(String name, int index, ValueType type) {
    return new Value(name, new Operand(new Source.Argument(index), type));
  }

  private static Value memory(String name, Source.Memory source, ValueType type) {
    return new Value(name, new Operand(source, type));
  }

  private static Value returned(ValueType type) {
    return new Value("return", new Operand(new Source.ReturnValue(), type));
  }
}
