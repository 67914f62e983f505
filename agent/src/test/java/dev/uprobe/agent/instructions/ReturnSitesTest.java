package dev.uprobe.agent.instructions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class ReturnSitesTest {
  private static final String SOURCE =
      """
      #include <stdlib.h>
      int other(int);
      int many(int a, int b) { if (a) return b; other(a); if (b) { other(b); return a; } return 7; }
      int table(int n) {
        switch (n) {
          case 0: return other(1) + 1; case 1: return other(2) + 3; case 2: return other(7) - 5;
          case 3: return other(n) * 2; case 4: return other(99) / 3; case 5: return other(5) % 7;
          default: return 3;
        }
      }
      int tail(int n) { return other(n + 1); }
      int conditional_tail(int n) { if (n == 3) return other(n); return 4; }
      int through_pointer(int (*f)(int)) { return f(1); }
      int through_member(struct { int (*f)(int); } *p) { return p->f(1); }
      void never(void) { exit(other(3)); }
      int split(int *p) { if (!p) { other(1); abort(); } int n = other(*p); if (n == 5) { rarely(); other(2); return other(3) + 1; } return n; }
      """;

  private Path file;
  private String disassembly;

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    String rarely = "__attribute__((cold, noinline)) void rarely(void);\n";
    file = tools.gcc("library", rarely + SOURCE, "-O2", "-shared", "-fPIC", "-w");
    disassembly = tools.run("objdump", "-dw", "--no-show-raw-insn", file.toString());
  }

  @ParameterizedTest
  @CsvSource({"many", "table"})
  void everyReturnThatObjdumpShowsIsFound(String function) throws Exception {
    List<Long> shown = returnsOf(function);
    assertTrue(shown.size() >= 2, shown::toString);
    assertEquals(new ReturnSites.Found(shown), find(function));
  }

  @Test
  void theRarelyRunPartOfAFunctionBelongsToIt() throws Exception {
    List<Long> shown = new ArrayList<>(returnsOf("split"));
    List<Long> cold = returnsOf("split.cold");
    assertTrue(disassembly.contains("<split.cold>:"), disassembly);
    shown.addAll(cold);
    assertEquals(new ReturnSites.Found(shown), find("split"));
  }

  @Test
  void aFunctionThatEndsTheProgramHasNoReturn() throws Exception {
    assertEquals(new ReturnSites.Found(List.of()), find("never"));
  }

  @ParameterizedTest
  @CsvSource({
    "tail, may leave by a jump to another function",
    "conditional_tail, may leave by a jump to another function",
    "through_pointer, jumps to an address that is only known when it runs",
    "through_member, jumps to an address that is only known when it runs"
  })
  void aFunctionThatMayLeaveOtherwiseSaysSo(String function, String reason) throws Exception {
    ReturnSites.Result result = find(function);
    assertTrue(
        result instanceof ReturnSites.Unknown unknown && unknown.reason().startsWith(reason),
        result::toString);
  }

  private List<Long> returnsOf(String function) {
    Pattern pattern =
        Pattern.compile("<" + Pattern.quote(function) + ">:\n(.*?)(\n\n|$)", Pattern.DOTALL);
    Matcher body = pattern.matcher(disassembly);
    List<Long> found = new ArrayList<>();
    if (body.find()) {
      Matcher each = Pattern.compile(" *([0-9a-f]+):\t(?:repz |bnd )?ret").matcher(body.group(1));
      while (each.find()) {
        found.add(Long.parseLong(each.group(1), 16));
      }
    }
    return found;
  }

  private ReturnSites.Result find(String name) throws Exception {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf)) {
      List<Function> parts = functions.coldParts();
      return ReturnSites.find(
          Machine.X86_64,
          code(elf, functions.find(name).get(0)),
          address -> {
            for (Function each : parts) {
              if (each.name().equals(name + ".cold")) {
                return Optional.of(code(elf, each)).filter(code -> code.contains(address));
              }
            }
            return Optional.empty();
          },
          false);
    }
  }

  private static Code code(ElfFile elf, Function function) {
    try {
      return new Code(function.address(), elf.code(function.address(), (int) function.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
