package dev.uprobe.agent.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.ProbePlan;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProbeConfigTest {

  @Test
  void aStringIsReadThroughItsArgument() throws Exception {
    ConfigText config = ConfigText.of("signature: size_t func(const char *s)");

    assertEquals(List.of("STRING of ARGUMENT 1 u64, 66 bytes at 64"), config.values());
    assertEquals(List.of(), config.clauses());
  }

  @Test
  void bytesAreAsManyAsAnotherArgumentSays() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            args:
            - {name: data, type: bytes, index: 2, size: 128, length: n}
            - {name: n, type: i32, index: 3}
            """);

    assertEquals(
        List.of(
            "BYTES of ARGUMENT 2 u64, 128 bytes or ARGUMENT 3 i32 at 64",
            "NUMBER of ARGUMENT 3 i32 at 200"),
        config.values());
  }

  @Test
  void bytesWithoutALengthAreExactlyTheirSize() throws Exception {
    assertEquals(
        List.of("BYTES of ARGUMENT 1 u64, 16 bytes at 64"),
        ConfigText.of("args: [{name: data, type: bytes, size: 16}]").values());
  }

  @Test
  void eachTypeHasItsWidthAndItsSign() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            type: Return
            signature: signed char func(void)
            """);
    assertEquals(List.of("NUMBER of RETURN_VALUE 1 i8 at return at 64"), config.values());

    assertEquals(
        List.of(
            "NUMBER of ARGUMENT 1 u8 at 64",
            "NUMBER of ARGUMENT 2 u8 at 72",
            "NUMBER of ARGUMENT 3 u64 at 80",
            "NUMBER of ARGUMENT 9 u16 at 88"),
        ConfigText.of(
                """
                args:
                - {name: b, type: bool}
                - {name: c, type: char}
                - {name: p, type: pointer}
                - {name: n, type: u16, index: 9}
                """)
            .values());
  }

  @Test
  void clausesMustAllHoldAndTheirConditionsAreAlternatives() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            signature: void func(int fd, unsigned long cents)
            where: ["fd < 0 or cents >= 1000", "pid == 7"]
            """);

    assertEquals(
        List.of(
            "ARGUMENT 1 i32 LESS 0 or ARGUMENT 2 u64 GREATER_OR_EQUAL 1000",
            "PROCESS_ID u32 EQUAL 7"),
        config.clauses());
  }

  @Test
  void aCallDecidesAtItsReturnOnlyWhatCannotBeDecidedAtItsEntry() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            type: Call
            signature: int func(int fd)
            where: ["fd > 2", "return < 0", "duration > 10ms"]
            """);

    assertEquals(
        List.of(
            "ARGUMENT 1 i32 GREATER 2",
            "RETURN_VALUE 1 i32 at return LESS 0",
            "DURATION u64 at return GREATER 10000000"),
        config.clauses());
  }

  @Test
  void whatIsKnownAtTheEntryIsComparedThereEvenAsAnAlternative() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            type: Call
            signature: int func(const char *path, int fd)
            where: ["fd == 1 or return < 0"]
            """);

    assertEquals(
        List.of("ARGUMENT 2 i32 EQUAL 1 or RETURN_VALUE 1 i32 at return LESS 0"), config.clauses());
  }

  @Test
  void aCallKeepsTheArgumentsThatLeadToMemory() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            type: Call
            args:
            - {name: fd, type: i32}
            - {name: data, type: bytes, size: 16, at: return, length: return}
            - {name: path, type: string, size: 30}
            - {name: id, type: u32, value: arg3->8}
            returns: {type: i32}
            where: ["path startsWith '/tmp/'", "id == 3"]
            """);

    assertEquals(
        List.of(
            "NUMBER of ARGUMENT 1 i32 at 64",
            "BYTES of ARGUMENT 2 u64 at return kept at 152, 16 bytes"
                + " or RETURN_VALUE 1 i32 at return at 72",
            "STRING of ARGUMENT 3 u64 kept at 160, 32 bytes at 96",
            "NUMBER of ARGUMENT 3 u32 -> 8 kept at 160 at 136",
            "NUMBER of RETURN_VALUE 1 i32 at return at 144"),
        config.values());
    assertEquals(
        List.of(
            "ARGUMENT 3 u64 kept at 160 TEXT_STARTS_WITH pattern 0 of 5 bytes in 5 of value 2",
            "ARGUMENT 3 u32 -> 8 kept at 160 EQUAL 3"),
        config.clauses());
  }

  @Test
  void aReturnDecidesEverythingAtReturn() throws Exception {
    ConfigText config =
        ConfigText.of(
            """
            type: Return
            signature: int func(int fd)
            where: ["pid == 7", "return < 0"]
            """);

    assertEquals(
        List.of("PROCESS_ID u32 at return EQUAL 7", "RETURN_VALUE 1 i32 at return LESS 0"),
        config.clauses());
  }

  @Test
  void aCommHasRoomForItsNul() {
    ProbePlan plan = ProbeYaml.probe("type: Entry");
    assertEquals(Structs.Config.SIZEOF, encode(plan, "fifteen-letters").length);

    Exception e =
        assertThrows(IllegalArgumentException.class, () -> encode(plan, "fifteen-letters!"));
    assertTrue(e.getMessage().contains("fifteen-letters!"), e.getMessage());
  }

  @Test
  void moreConditionsThanTheProgramLooksAtAreRefused() {
    ProbePlan plan = ProbeYaml.probe("where: [pid == 7]");
    Clause clause = plan.where().get(0);

    encode(with(plan, Collections.nCopies(ConfigConditions.MAX, clause)), "comm");
    ProbePlan tooMany = with(plan, Collections.nCopies(ConfigConditions.MAX + 1, clause));
    assertThrows(IllegalArgumentException.class, () -> encode(tooMany, "comm"));
  }

  private static ProbePlan with(ProbePlan plan, List<Clause> where) {
    return plan.where(where);
  }

  private static byte[] encode(ProbePlan plan, String comm) {
    Selection selection =
        new Selection(1, OptionalInt.empty(), Optional.of(comm), Optional.empty());
    return ProbeConfig.encode(plan, EventLayout.of(plan.values()), 0, 0, false, false, selection);
  }
}
