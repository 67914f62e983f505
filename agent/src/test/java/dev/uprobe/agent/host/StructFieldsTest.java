package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Fields of structs by their names, which the debug information knows. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructFieldsTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          struct slip { long id; int cents; };
          typedef struct customer { long id; const char *name; char code[8]; } customer;
          struct order { struct order *next; customer *customer; int cents; short tags[3]; double rate; customer buyer; int *amounts; };
          static int amounts[] = {4, -5};
          static customer acme = {7, "acme", "AC-1"}, globex = {-8, "globex", "GX-2"};
          static struct order second = {NULL, &globex, -250, {4, 5, -6}, 0.125, {2, "bob", "B"}, amounts};
          static struct order first = {&second, &acme, 1999, {1, 2, 3}, 2.5, {1, "ann", "A"}, amounts};
          TRACED int charge(int n, struct order *order) { order->cents++; return n; }
          TRACED int refund(int n, struct order *order) { order->cents--; return n; }
          TRACED int strange(int n, struct slip *order) { return n + order->id; }
          TRACED struct order *pick(int n) { return n ? &first : NULL; }
          int main(void) {
            ready(); charge(1, &first); charge(2, &second); refund(3, pick(1)); pick(0);
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path file;

  StructFieldsTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    file = tools.gcc("shop", SOURCE, "-g", "-O1");
  }

  @Test
  void fieldsHaveTheTypesOfTheirStruct() throws Exception {
    String probe =
        """
        symbol: charge
        type: %s
        args:
        - {name: cents, value: order->cents}
        - {name: name, value: arg2->customer->name}
        - {name: code, value: arg2->customer->code}
        - {name: tags, value: arg2->tags}
        - {name: last, value: "arg2->tags[2]"}
        - {name: rate, value: arg2->rate}
        - {name: buyer, value: arg2->buyer.name, size: 2}
        - {name: next, value: arg2->next->customer->id}
        - {name: amounts, value: arg2->amounts, count: 2}
        message: "{cents} {name} {code} {tags} {last} {rate} {buyer} {next} {amounts}"
        """;
    for (String type : List.of("Entry", "Call")) {
      assertEquals(
          List.of(
              "1999 acme AC-1 [1, 2, 3] 3 2.5 an... -8 [4, -5]",
              "-250 globex GX-2 [4, 5, -6] -6 0.125 bo... (unreadable) [4, -5]"),
          shown(probe.formatted(type)));
    }
  }

  @Test
  void fieldsAreComparedAndReadAtTheReturnToo() throws Exception {
    assertEquals(
        List.of("-250 -> -249 by 2"),
        shown(
            """
            symbol: charge
            type: Call
            args:
            - {name: n, type: i32}
            - {name: order, type: pointer}
            - {name: name, value: order->customer->name}
            - {name: before, value: order->cents}
            - {name: after, value: order->cents, at: return}
            where: ["name startsWith 'glo'", "after == -249"]
            message: "{before} -> {after} by {n}"
            """));
  }

  @Test
  void theReturnValuePointsToAStructToo() throws Exception {
    for (String type : List.of("Return", "Call")) {
      assertEquals(
          List.of("acme 2000", "(unreadable) (unreadable)"),
          shown(
              """
              symbol: pick
              type: %s
              args: [{name: name, value: return->customer->name}]
              returns: {value: return->cents}
              message: "{name} {return}"
              """
                  .formatted(type)));
    }
  }

  @Test
  void functionsOfTheSameTypesShareAProbe() throws Exception {
    assertEquals(
        List.of("charge 1999", "charge -250", "refund 2000"),
        shown(
            """
            symbols: [charge, refund]
            args: [{name: cents, value: arg2->cents}]
            message: "{function} {cents}"
            """));
    assertEquals(
        "Probe p: %s has functions of different types, charge, strange; trace them with separate"
                .formatted(file)
            + " probes, or give the arguments that they share as args.",
        refusal(
            file,
            """
            symbols: [charge, strange]
            args: [{name: cents, value: arg2->cents}]
            """));
  }

  @Test
  void anEnumIsNegativeWhereTheSourceSaysSo() throws Exception {
    Path enums =
        tools.gcc(
            "enums",
            RunningProgram.PROLOGUE
                + """
                enum err { OK = 0, BAD = -7 };
                enum __attribute__((packed)) tiny { T1 = -1, T2 = 5 };
                struct s { enum err e; enum tiny t; signed char sc; };
                TRACED int fails(struct s *p, enum tiny t) { return p->e ? -1 : 0; }
                int main(void) { struct s bad = {BAD, T1, -3}, good = {OK, T2, 3}; ready(); fails(&bad, T1); fails(&good, T2); }
                """,
            "-g",
            "-O1");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: fields, symbol: fails, type: Call, returns: {type: i32}, message: "{e} {t} {sc} {return}",
           args: [{name: e, value: p->e}, {name: t, value: p->t}, {name: sc, value: p->sc}], where: ["e < 0", "return < 0"]}
        - {name: auto, symbol: fails, type: Call, signature: auto, message: "{t} {return}", where: ["t < 0"]}
        """
            .formatted(enums);
    try (RunningProgram program = RunningProgram.start(enums);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of("-1 -1", "-7 -1 -3 -1"), host.finish().stream().sorted().toList());
    }
  }

  @Test
  void whatTheDebugInformationDoesNotKnowIsTold() throws Exception {
    Path bare = tools.gcc("bare", SOURCE);
    assertEquals(
        "Probe p: %s has no debug information (DWARF); build it with -g, install its debug file, or"
                .formatted(bare)
            + " give offsets in bytes instead of names, such as arg1->16.",
        refusal(bare, "symbol: charge\nargs: [{name: cents, value: arg2->cents}]"));
    assertEquals(
        "Probe p: %s: args[0].value: column 17: struct customer has no field nam; did you mean"
                .formatted(file)
            + " \"name\"? (its fields: id, name, code) (by its debug information the function is"
            + " int32_t f(int32_t n, struct order *order)).",
        refusal(file, "symbol: charge\nargs: [{name: a, value: arg2->customer->nam}]"));
    assertEquals(
        "Probe p: %s: args[0].value: buyer is a struct; name one of its fields (id, name, code), or"
                .formatted(file)
            + " write a type, such as bytes (by its debug information the function is int32_t"
            + " f(int32_t n, struct order *order)).",
        refusal(file, "symbol: charge\nargs: [{name: a, value: arg2->buyer}]"));
  }

  private List<String> shown(String probe) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(file, probe))) {
      program.finish();
      return host.finish();
    }
  }

  private String refusal(Path of, String probe) {
    return assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec(of, probe)).close())
        .getMessage();
  }

  private static String spec(Path of, String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- name: p\n".formatted(of) + probe.indent(2);
  }
}
