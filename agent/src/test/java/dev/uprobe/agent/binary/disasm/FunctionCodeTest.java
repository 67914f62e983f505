package dev.uprobe.agent.binary.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.disasm.FunctionCode.Jump;
import dev.uprobe.agent.binary.disasm.FunctionCode.UnknownCodeException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
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
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class FunctionCodeTest {
  private static final Pattern RETURN =
      Pattern.compile(" *([0-9a-f]+):\t(?:(?:repz|bnd) )*ret\\b.*");

  private static final String SOURCE =
      """
      #include <stdlib.h>
      #include <unistd.h>
      int other(int);
      int table(int n) {
        switch (n) {
          case 0: return other(1) + 1; case 1: return other(2) + 3; case 2: return other(7) - 5;
          case 3: return other(n) * 2; case 4: return other(99) / 3; case 5: return other(5) % 7;
          default: return 3;
        }
      }
      int leaf(int n) { return n + 1; }
      static __attribute__((noipa)) int own(int n) { return n - 1; }
      int caller(int n) { return own(n) + own(n + 1); }
      int tail(int n) { return own(n + 1); }
      int conditional_tail(int n) { if (n == 3) return own(n); return 4; }
      int through_pointer(int (*f)(int)) { return f(1); }
      int through_member(struct { int (*f)(int); } *p) { return p->f(1); }
      int calls_pointer(int (*f)(int)) { return f(1) + 1; }
      long enters_kernel(void) { long n = 39; __asm__ volatile("syscall" : "+a"(n) : : "rcx", "r11", "memory"); return n; }
      void switches(void **to) { __asm__ volatile("mov (%0), %%rsp; ret" : : "r"(to)); }
      int framed(int n) { int *space = __builtin_alloca(n); for (int i = 0; i < n / 4; i++) space[i] = i; return space[n / 8]; }
      """;

  private Path file;

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    file = new Toolchain(folder).gcc("library", SOURCE, "-O2", "-shared", "-fPIC", "-w");
  }

  /** Of thousands of functions, each return instruction and no other. */
  @ParameterizedTest
  @ValueSource(strings = {"libc.so.6", "libcrypto.so.3", "libstdc++.so.6"})
  void objdumpShowsTheSameReturnInstructions(String library) throws Exception {
    Path path = Path.of("/usr/lib/x86_64-linux-gnu", library);
    NavigableSet<Long> shown = returns(path);
    int compared = 0;
    try (ElfFile elf = ElfFile.open(path);
        FunctionTable functions = FunctionTable.of(elf)) {
      for (Function each : functions.find("*")) {
        if (each.size() > 0 && !each.ifunc()) {
          compared += compare(elf, each, shown);
        }
      }
    }
    assertTrue(compared > 2000, "only " + compared + " functions were compared");
  }

  private static int compare(ElfFile elf, Function function, NavigableSet<Long> shown)
      throws Exception {
    Code code = new Code(function.address(), elf.code(function.address(), (int) function.size()));
    try {
      List<Long> found = FunctionCode.read(Machine.X86_64, code, false).returns();
      Set<Long> expected = shown.subSet(function.address(), function.address() + function.size());
      assertEquals(List.copyOf(expected), found, function::name);
      return 1;
    } catch (UnknownCodeException e) {
      // Tables between instructions, of a few functions in assembly language.
      return 0;
    }
  }

  private static NavigableSet<Long> returns(Path path) throws Exception {
    Process objdump =
        new ProcessBuilder("objdump", "-dwz", "--no-show-raw-insn", path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    NavigableSet<Long> found = new TreeSet<>();
    try (BufferedReader output = objdump.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = RETURN.matcher(line);
        if (matcher.matches()) {
          found.add(Long.parseLong(matcher.group(1), 16));
        }
      }
    }
    assertEquals(0, objdump.waitFor());
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "leaf, true",
    "caller, true",
    "tail, true",
    "conditional_tail, true",
    "framed, true",
    "table, true",
    "through_pointer, false",
    "through_member, false",
    "calls_pointer, false",
    "enters_kernel, false",
    "switches, false"
  })
  void onlyDirectCallsAndJumpsLeaveAFunctionClosed(String function, boolean closed)
      throws Exception {
    assertEquals(closed, read(function).isClosed());
  }

  @Test
  void jumpsByATableStayInTheFunction() throws Exception {
    List<Jump> jumps = read("table").jumps();
    assertTrue(jumps.stream().allMatch(each -> each.target().isPresent()), jumps::toString);
    assertTrue(read("table").returns().size() >= 2);
  }

  @Test
  void aTailCallIsAJumpToAnotherFunction() throws Exception {
    long own = read("caller").calls().iterator().next();
    assertEquals(own, read("tail").jumps().get(0).target().orElseThrow());
    Jump conditional = read("conditional_tail").jumps().get(0);
    assertEquals(own, conditional.target().orElseThrow());
    assertTrue(
        conditional.condition() == 0 || (conditional.condition() & Instruction.FLAGS) != 0,
        conditional::toString);
    assertFalse(read("through_pointer").jumps().get(0).target().isPresent());
  }

  private FunctionCode read(String name) throws Exception {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf)) {
      Function function = functions.find(name).get(0);
      return FunctionCode.read(
          Machine.X86_64,
          new Code(function.address(), elf.code(function.address(), (int) function.size())),
          false);
    }
  }
}
