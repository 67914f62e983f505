package dev.uprobe.agent.engine.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.fixture.Btf;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds what the agent writes and reads against the layout that the programs describe. */
class ProgramLayoutTest {
  private static final ProbePlan CALL =
      ProbeYaml.probe(
          """
          type: Call
          args:
          - {name: id, index: 9, type: i32}
          - {name: text, index: 2, type: string, size: 30}
          - {name: data, index: 3, type: bytes, size: 40, length: count}
          - {name: count, index: 4, type: i16}
          returns: {type: u8}
          where: ["pid == 7 || id < 5", "return != 3"]
          """);

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsTheProbeAndItsSelection(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Selection selection =
        new Selection(
            11,
            OptionalInt.of(12),
            Optional.of("fifteen-letters"),
            Optional.of(
                new Selection.Executables(
                    null, new KernelOffsets(offsets(), new byte[Structs.PidOffsets.SIZEOF]))));
    ByteBuffer config =
        bytes(
            ProbeConfig.encode(
                CALL, EventLayout.of(CALL.values()), 6, 4096, true, true, selection));

    assertEquals(6, btf.read(config, "config", "probe"));
    assertEquals(EventLayout.of(CALL.values()).size(), btf.read(config, "config", "event_size"));
    assertEquals(4096, btf.read(config, "config", "wake_at"));
    assertEquals(1, btf.read(config, "config", "has_cookie"));
    assertEquals(0, btf.read(config, "config", "never"));
    assertEquals(1, btf.read(config, "config", "can_sleep"));
    assertEquals(11, btf.read(config, "config", "selection.own_pid"));
    assertEquals(12, btf.read(config, "config", "selection.pid"));
    assertEquals(1, btf.read(config, "config", "selection.by_exe"));
    assertEquals(1, btf.read(config, "config", "selection.by_comm"));
    byte[] comm = new byte[Structs.Selection.COMM_COUNT];
    config.get(btf.offset("config", "selection.comm"), comm);
    assertEquals("fifteen-letters\0", new String(comm, StandardCharsets.UTF_8));
    byte[] written = new byte[Structs.KernelOffsets.SIZEOF];
    config.get(btf.offset("config", "offsets"), written);
    assertArrayEquals(offsets(), written);
  }

  private static byte[] offsets() {
    byte[] bytes = new byte[Structs.KernelOffsets.SIZEOF];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i + 1);
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsEachValue(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> kind = btf.constants("kind");
    EventLayout layout = EventLayout.of(CALL.values());
    ByteBuffer config = encode(CALL);

    assertOperand(btf, config, "values[0].operand", "SOURCE_ARGUMENT", 9, 4, true);
    assertEquals(kind.get("KIND_NUMBER"), btf.read(config, "config", "values[0].kind"));
    assertEquals(0, btf.read(config, "config", "values[0].size"));

    assertOperand(btf, config, "values[1].operand", "SOURCE_ARGUMENT", 2, 8, false);
    assertEquals(0, btf.read(config, "config", "values[1].length.source"));
    assertEquals(kind.get("KIND_STRING"), btf.read(config, "config", "values[1].kind"));
    assertEquals(32, btf.read(config, "config", "values[1].size"));

    assertOperand(btf, config, "values[2].operand", "SOURCE_ARGUMENT", 3, 8, false);
    assertOperand(btf, config, "values[2].length", "SOURCE_ARGUMENT", 4, 2, true);
    assertEquals(kind.get("KIND_BYTES"), btf.read(config, "config", "values[2].kind"));
    assertEquals(40, btf.read(config, "config", "values[2].size"));

    assertOperand(btf, config, "values[4].operand", "SOURCE_RETURN_VALUE", 1, 1, false);
    assertEquals(kind.get("KIND_END"), btf.read(config, "config", "values[5].kind"));
    for (int i = 0; i < layout.slots().size(); i++) {
      assertEquals(
          layout.slots().get(i).offset(),
          btf.read(config, "config", "values[" + i + "].offset"),
          "value " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsTheNumberingOfProcesses(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    byte[] fields = new byte[Structs.PidOffsets.SIZEOF];
    fields[0] = 7;
    fields[fields.length - 4] = 9;
    byte[] config = encode(CALL).array();
    KernelOffsets offsets = new KernelOffsets(offsets(), fields);
    new PidNamespace(0xEFFFFFF0L, Optional.of(offsets)).writeTo(config);
    ByteBuffer written = ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN);

    assertEquals(0xEFFFFFF0L, btf.read(written, "config", "numbering.namespace"));
    assertEquals(7, btf.read(written, "config", "numbering.offsets.task_leader"));
    assertEquals(9, btf.read(written, "config", "numbering.offsets.namespace_number"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsTheStack(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    for (String type : List.of("Entry", "Return", "Call")) {
      ProbeDescriptor probe =
          new ProbeDescriptor(0, "trace", ProbeYaml.probe("type: " + type + "\nstack: 7"));
      ByteBuffer config = encode(probe.plan());

      assertEquals(7, btf.read(config, "config", "stack.frames"));
      assertEquals(probe.layout().stackOffset(), btf.read(config, "config", "stack.offset"));
      assertEquals(
          type.equals("Entry") ? 1 : 0, btf.read(config, "config", "stack.at_function"), type);
    }
    assertEquals(0, btf.read(encode(CALL), "config", "stack.frames"));
    ByteBuffer inside = encode(ProbeYaml.probe("offset: 4\nstack: 7"));
    assertEquals(0, btf.read(inside, "config", "stack.at_function"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsEachCondition(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> operator = btf.constants("operator");
    ByteBuffer config = encode(CALL);

    assertOperand(btf, config, "conditions[0].left", "SOURCE_PROCESS_ID", 0, 4, false);
    assertEquals(
        operator.get("OPERATOR_EQUAL"), btf.read(config, "config", "conditions[0].operator"));
    assertEquals(0, btf.read(config, "config", "conditions[0].left.at_return"));
    assertEquals(0, btf.read(config, "config", "conditions[0].ends_clause"));
    assertEquals(7, btf.read(config, "config", "conditions[0].right"));

    assertOperand(btf, config, "conditions[1].left", "SOURCE_ARGUMENT", 9, 4, true);
    assertEquals(
        operator.get("OPERATOR_LESS"), btf.read(config, "config", "conditions[1].operator"));
    assertEquals(1, btf.read(config, "config", "conditions[1].ends_clause"));
    assertEquals(5, btf.read(config, "config", "conditions[1].right"));

    assertOperand(btf, config, "conditions[2].left", "SOURCE_RETURN_VALUE", 1, 1, false);
    assertEquals(1, btf.read(config, "config", "conditions[2].left.at_return"));
    assertEquals(3, btf.read(config, "config", "conditions[2].right"));
    assertEquals(
        operator.get("OPERATOR_END"), btf.read(config, "config", "conditions[3].operator"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsEachStepOfAPathAndTheArgumentThatACallKeepsForIt(Architecture architecture)
      throws Exception {
    Btf btf = Btf.of(architecture);
    ProbePlan plan =
        ProbeYaml.probe(
            """
            type: Call
            args: [{name: n, type: u32, value: (arg3->16->-8) + 4, at: return}]
            """);
    ByteBuffer config = encode(plan);

    assertOperand(btf, config, "values[0].operand", "SOURCE_ARGUMENT", 3, 4, false);
    assertEquals(1, btf.read(config, "config", "values[0].operand.at_return"));
    assertEquals(2, btf.read(config, "config", "values[0].operand.steps"));
    assertEquals(16, (int) btf.read(config, "config", "values[0].operand.offsets[0]"));
    assertEquals(-8, (int) btf.read(config, "config", "values[0].operand.offsets[1]"));
    assertEquals(4, (int) btf.read(config, "config", "values[0].operand.plus"));
    assertEquals(
        EventLayout.of(plan.values()).size(), btf.read(config, "config", "values[0].operand.kept"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsTheConstantOfATextAndTheLimit(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    ByteBuffer config =
        encode(
            ProbeYaml.probe(
                """
                args: [{name: n, type: i32}, {name: s, type: string, size: 20}]
                where: ["s contains 'ab' or s != 'abc'"]
                limit: {eventsPerSecond: 3, sampleEvery: 5}
                """));

    assertEquals(20, btf.read(config, "config", "conditions[0].reach"));
    assertEquals(0, btf.read(config, "config", "conditions[0].right"));
    assertEquals(1, btf.read(config, "config", "conditions[0].value"));
    assertEquals(2, btf.read(config, "config", "conditions[0].length"));
    assertEquals(4, btf.read(config, "config", "conditions[1].reach"));
    assertEquals(1, btf.read(config, "config", "conditions[1].right"));
    assertEquals(3, btf.read(config, "config", "conditions[1].length"));
    assertEquals(333_333_334, btf.read(config, "config", "limit.interval_ns"));
    assertEquals(5, btf.read(config, "config", "limit.sample_every"));
    assertEquals(0, btf.read(config, "config", "limit.at_entry"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theAgentAndTheProgramsCountOperatorsAlike(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> expected = btf.constants("operator");
    Map<String, Long> written = new LinkedHashMap<>();
    written.put("OPERATOR_END", 0L);
    for (Condition.Operator each : Condition.Operator.values()) {
      Operand pid = new Operand(new Source.ProcessId(), new ValueType.Whole(4, false));
      ProbePlan plan = withWhere(CALL, new Clause(List.of(new Condition.Number(pid, each, 0))));
      written.put("OPERATOR_" + each, btf.read(encode(plan), "config", "conditions[0].operator"));
    }
    for (Condition.Match each : Condition.Match.values()) {
      Operand comm = new Operand(new Source.Comm(), new ValueType.Text(15));
      ProbePlan plan = withWhere(CALL, new Clause(List.of(new Condition.Text(comm, each, "a"))));
      written.put(
          "OPERATOR_TEXT_" + each, btf.read(encode(plan), "config", "conditions[0].operator"));
    }
    assertEquals(expected, written);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theAgentAndTheProgramsCountSourcesAlike(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> written = new LinkedHashMap<>();
    Map.of(
            "SOURCE_ARGUMENT", new Source.Argument(1),
            "SOURCE_RETURN_VALUE", new Source.ReturnValue(),
            "SOURCE_DURATION", new Source.Duration(),
            "SOURCE_PROCESS_ID", new Source.ProcessId(),
            "SOURCE_THREAD_ID", new Source.ThreadId(),
            "SOURCE_COMM", new Source.Comm())
        .forEach(
            (name, source) -> {
              Operand left = new Operand(source, new ValueType.Whole(4, false));
              Condition condition = new Condition.Number(left, Condition.Operator.EQUAL, 0);
              ProbePlan plan = withWhere(CALL, new Clause(List.of(condition)));
              written.put(name, btf.read(encode(plan), "config", "conditions[0].left.source"));
            });
    assertEquals(btf.constants("source"), written);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theProgramFindsWhatIsAggregated(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> by = btf.constants("group_by");
    ProbePlan plan =
        ProbeYaml.probe(
            """
            type: Call
            signature: int func(const char *path, short mode)
            aggregate: {histogram: mode, linear: {from: -3, width: 5, count: 7}, by: [path, comm]}
            """);
    EventLayout layout = EventLayout.of(plan.values());
    ByteBuffer config = encode(plan);

    assertEquals(9, btf.read(config, "config", "aggregation.buckets"));
    assertOperand(btf, config, "aggregation.number", "SOURCE_ARGUMENT", 2, 2, true);
    assertEquals(layout.slots().get(1).offset(), btf.read(config, "config", "aggregation.offset"));
    assertEquals(2, btf.read(config, "config", "aggregation.unreadable"));
    assertEquals(-3, btf.read(config, "config", "aggregation.from"));
    assertEquals(5, btf.read(config, "config", "aggregation.width"));
    assertEquals(by.get("GROUP_BY_TEXT"), btf.read(config, "config", "aggregation.keys[0].kind"));
    assertEquals(0, btf.read(config, "config", "aggregation.keys[0].at"));
    assertEquals(
        layout.slots().get(0).offset(), btf.read(config, "config", "aggregation.keys[0].offset"));
    assertEquals(1, btf.read(config, "config", "aggregation.keys[0].unreadable"));
    assertEquals(by.get("GROUP_BY_COMM"), btf.read(config, "config", "aggregation.keys[1].kind"));
    assertEquals(btf.size("text_key"), btf.read(config, "config", "aggregation.keys[1].at"));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theAgentAndTheProgramsCountKeysAlike(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    Map<String, Long> written = new LinkedHashMap<>();
    written.put("GROUP_BY_END", 0L);
    Map.of(
            "n",
            "NUMBER",
            "s",
            "TEXT",
            "sized",
            "SIZED_TEXT",
            "comm",
            "COMM",
            "pid",
            "PROCESS",
            "container",
            "CONTAINER",
            "function",
            "FUNCTION")
        .forEach(
            (key, name) -> {
              ProbePlan plan =
                  ProbeYaml.probe(
                      """
                      args:
                      - {name: n, type: i32}
                      - {name: s, type: string}
                      - {name: sized, type: string, length: n}
                      aggregate: {count: true, by: [%s]}
                      """
                          .formatted(key));
              written.put(
                  "GROUP_BY_" + name, btf.read(encode(plan), "config", "aggregation.keys[0].kind"));
            });
    assertEquals(btf.constants("group_by"), written);
  }

  /** The language knows the programs' limits without knowing the programs. */
  @Test
  void theLanguageAllowsWhatTheProgramsHaveRoomFor() {
    assertEquals(Aggregation.MAX_KEYS, Structs.Aggregation.KEYS_COUNT);
    assertEquals(Aggregation.MAX_TEXT, Structs.TextKey.TEXT_COUNT);
    assertEquals(Condition.Text.MAX_LENGTH, Constants.MAX_PATTERN);
    assertEquals(ValueType.MAX_LIMIT + 1, Constants.MAX_REACH);
  }

  @Test
  void countersAreFoundByTheirNames() {
    long[] numbers = new long[Counters.COUNT];
    numbers[Structs.Counters.LOST / Long.BYTES] = 3;
    numbers[Structs.Counters.MISSED / Long.BYTES] = 4;

    assertEquals(new Counters(0, 0, 0, 0, 3, 4), Counters.of(numbers));
  }

  private static void assertOperand(
      Btf btf,
      ByteBuffer config,
      String path,
      String source,
      int index,
      int bytes,
      boolean signed) {
    assertEquals(
        btf.constants("source").get(source), btf.read(config, "config", path + ".source"), path);
    assertEquals(index, btf.read(config, "config", path + ".index"), path);
    assertEquals(bytes, btf.read(config, "config", path + ".bytes"), path);
    assertEquals(signed ? 1 : 0, btf.read(config, "config", path + ".is_signed"), path);
  }

  private static ProbePlan withWhere(ProbePlan plan, Clause clause) {
    return plan.where(List.of(clause));
  }

  private static ByteBuffer encode(ProbePlan plan) {
    Selection everything =
        new Selection(1, OptionalInt.empty(), Optional.empty(), Optional.empty());
    return bytes(
        ProbeConfig.encode(
            plan, new ProbeDescriptor(0, "trace", plan).layout(), 0, 0, false, false, everything));
  }

  private static ByteBuffer bytes(byte[] config) {
    return ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN);
  }
}
