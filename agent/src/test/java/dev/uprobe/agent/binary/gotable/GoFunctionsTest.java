package dev.uprobe.agent.binary.gotable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.fixture.Toolchain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as the versions of Go write them, in the smallest programs that have one. */
public class GoFunctionsTest {
  private static final String FUNCTIONS =
      """
      __asm__(
        ".text; .globl start; start: .skip 16; one: .skip 32; two: .skip 48; end:\\n"
        ".section .gopclntab, \\"a\\"; table:\\n"
        HEAD
        "names: .asciz \\"main.one\\"; .asciz \\"main.(*T).Two\\"\\n"
        "functions: " ROWS
        "first: " FIRST "second: " SECOND
        ".text");
      """;

  /** From Go 1.18 on, all counts from the start of the code. */
  public static final String GO_1_18 =
      """
      #define HEAD ".long MAGIC; .byte 0, 0, 1, 8; .quad 2, 1, start, names - table, 0, 0, 0, functions - table\\n"
      #define ROWS ".long one - start, first - functions, two - start, second - functions, end - start, 0\\n"
      #define FIRST ".long one - start, 0; .skip 40\\n"
      #define SECOND ".long two - start, 9; .skip 40\\n"
      """
          + FUNCTIONS;

  private static final String GO_1_16 =
      """
      #define HEAD ".long MAGIC; .byte 0, 0, 1, 8; .quad 2, 1, names - table, 0, 0, 0, functions - table\\n"
      #define ROWS ".quad one, first - functions, two, second - functions, end, 0\\n"
      #define FIRST ".quad one; .long 0; .skip 40\\n"
      #define SECOND ".quad two; .long 9; .skip 40\\n"
      """
          + FUNCTIONS;

  /** From Go 1.26 on, another table says where the code starts. */
  public static final String GO_1_26 =
      GO_1_18.replace(".quad 2, 1, start,", ".quad 2, 1, 0,")
          + "__asm__(\".section .go.module, \\\"aw\\\"; .quad table; .skip 168; .quad start; .text\");";

  private static final Map<String, String> SOURCES =
      Map.of("0xfffffff1", GO_1_18, "0xfffffff0", GO_1_18, "0xfffffffa", GO_1_16);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0xfffffff1", "0xfffffff0", "0xfffffffa"})
  void namesOfAStrippedProgram(String magic) throws Exception {
    try (ElfFile elf = ElfFile.open(compile(SOURCES.get(magic), magic))) {
      GoFunctions functions = GoFunctions.of(elf).orElseThrow();
      Function one = functions.find("main.one").get(0);
      Function two = functions.find("main.(*T).Two").get(0);
      assertEquals(32, one.size());
      assertEquals(48, two.size());
      assertEquals(one.address() + 32, two.address());
      assertEquals(elf.fileOffset(one.address()).orElseThrow(), one.fileOffset());
      assertEquals(List.of(two, one), functions.find("main.*"));
      assertEquals(List.of(two), functions.find("main.(*T).*"));
      assertEquals(List.of(), functions.find("main.(*U).*"));
      assertTrue(functions.contains(one.address()) && !functions.contains(one.address() - 1));
      assertEquals(Optional.of(one), functions.at(two.address() - 1));
      assertEquals(Optional.of(two), functions.at(two.address()));
      assertEquals(Optional.empty(), functions.at(two.address() + 48));
      assertEquals(!magic.equals("0xfffffffa"), functions.usesRegisters());
      assertTrue(GoFunctions.isGo(elf));
    }
  }

  @Test
  void anotherTableMaySayWhereTheCodeStarts() throws Exception {
    try (ElfFile elf = ElfFile.open(compile(GO_1_26, "0xfffffff1"));
        ElfFile before = ElfFile.open(compile(GO_1_18, "0xfffffff1"))) {
      assertEquals(
          GoFunctions.of(before).orElseThrow().find("*"),
          GoFunctions.of(elf).orElseThrow().find("*"));
    }
    String unknown = GO_1_26.replace(".quad table;", ".quad start;");
    try (ElfFile elf = ElfFile.open(compile(unknown, "0xfffffff1"))) {
      assertEquals(Optional.empty(), GoFunctions.of(elf));
    }
  }

  @Test
  void aTableAmongOtherDataIsFound() throws Exception {
    try (ElfFile elf = ElfFile.open(compile(among(GO_1_18), "0xfffffff1"))) {
      assertEquals(
          List.of("main.(*T).Two", "main.one"),
          GoFunctions.of(elf).orElseThrow().find("*").stream().map(Function::name).toList());
    }
  }

  @Test
  void anUnknownTableIsNotRead() throws Exception {
    try (ElfFile elf = ElfFile.open(compile(GO_1_16, "0xfffffffb"))) {
      assertEquals(Optional.empty(), GoFunctions.of(elf));
      assertTrue(GoFunctions.isGo(elf));
    }
  }

  /** Where the linkers of C put the table of a position-independent program. */
  public static String among(String source) {
    return source.replace(
        ".section .gopclntab, \\\"a\\\"; table:",
        ".section .go.buildinfo, \\\"aw\\\"; .quad 0; .section .data.rel.ro, \\\"aw\\\";"
            + " .skip 96, 0xff; .balign 32; table:");
  }

  private Path compile(String source, String magic) throws Exception {
    return new Toolchain(folder)
        .gcc(
            "program",
            source.replace("MAGIC", magic),
            "-nostdlib",
            "-no-pie",
            "-s",
            "-Wl,--entry=start");
  }
}
