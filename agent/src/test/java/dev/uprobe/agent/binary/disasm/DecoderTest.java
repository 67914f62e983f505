package dev.uprobe.agent.binary.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Machine;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
  private static final Pattern LINE = Pattern.compile(" *([0-9a-f]+):\t(.*)");
  private static final Pattern TARGET =
      Pattern.compile("([a-z]+)(?:,p[nt])? +([0-9a-f]+)(?: <.*)?");

  private record Line(long address, String text) {}

  /** Hundreds of thousands of instructions, of which objdump says the same. */
  @ParameterizedTest
  @ValueSource(strings = {"libc.so.6", "libstdc++.so.6"})
  void objdumpAgreesOnEveryInstructionOfALibrary(String library) throws Exception {
    assumeTrue(Machine.ofHost().equals(Machine.X86_64), "objdump knows this host's processor only");
    Path file = Path.of("/usr/lib/x86_64-linux-gnu", library);
    int compared = 0;
    try (ElfFile elf = ElfFile.open(file)) {
      for (List<Line> run : disassembled(file)) {
        compared += compare(elf, run);
      }
    }
    assertTrue(compared > 200_000, "only " + compared + " instructions were compared");
  }

  private static int compare(ElfFile elf, List<Line> run) throws Exception {
    long start = run.get(0).address();
    long end = run.get(run.size() - 1).address();
    Code code = new Code(start, elf.code(start, (int) (end - start)));
    for (int i = 0; i + 1 < run.size(); i++) {
      Line line = run.get(i);
      if (line.text().contains("(bad)")) {
        continue;
      }
      Optional<Instruction> decoded = new X86Decoder().decode(code, (int) (line.address() - start));
      assertTrue(decoded.isPresent(), line::toString);
      assertEquals(
          run.get(i + 1).address() - line.address(), decoded.get().length(), line::toString);
      assertEquals(expected(line.text()), told(decoded.get()), line::toString);
    }
    return run.size() - 1;
  }

  /** What the text of an instruction says about where it goes on. */
  private static String expected(String text) {
    String bare = text.replaceFirst("^(?:(?:bnd|notrack|repz|data16|rex\\.?[WRXB]*) )+", "");
    if (bare.matches("ret(q|w)?( .*)?")) {
      return "RETURN";
    }
    Matcher target = TARGET.matcher(bare);
    if (target.matches() && target.group(1).matches("(j|loop).*")) {
      return (target.group(1).equals("jmp") ? "JUMP" : "BRANCH") + " " + target.group(2);
    }
    return bare.startsWith("jmp ") || bare.startsWith("ljmp ") ? "indirect" : "other";
  }

  private static String told(Instruction each) {
    return switch (each.kind()) {
      case RETURN -> "RETURN";
      case JUMP, BRANCH -> each.kind() + " " + Long.toHexString(each.value());
      case TABLE_JUMP, REGISTER_JUMP, MEMORY_JUMP -> "indirect";
      case CALL, INDIRECT_CALL, SYSTEM_CALL, ADDITION, OTHER -> "other";
    };
  }

  /** Runs of instructions that follow each other, as objdump -d shows them. */
  private static List<List<Line>> disassembled(Path file) throws Exception {
    Process objdump =
        new ProcessBuilder("objdump", "-dwz", "--no-show-raw-insn", file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<List<Line>> runs = new ArrayList<>();
    List<Line> run = new ArrayList<>();
    try (BufferedReader output = objdump.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          run.add(new Line(Long.parseLong(matcher.group(1), 16), matcher.group(2).strip()));
        } else if (!run.isEmpty()) {
          runs.add(run);
          run = new ArrayList<>();
        }
      }
    }
    assertEquals(0, objdump.waitFor());
    return runs;
  }

  @ParameterizedTest
  @CsvSource({
    "d65f03c0, RETURN, 0",
    "d65f0060, RETURN, 0",
    "d65f0bff, RETURN, 0",
    "d65f0fff, RETURN, 0",
    "14000002, JUMP, 1008",
    "17ffffff, JUMP, ffc",
    "94000002, CALL, 1008",
    "54000041, BRANCH, 1008",
    "b4ffffe0, BRANCH, ffc",
    "35000040, BRANCH, 1008",
    "36000040, BRANCH, 1008",
    "b7ffffe0, BRANCH, ffc",
    "d61f0200, REGISTER_JUMP, 10",
    "d71f0a11, REGISTER_JUMP, 10",
    "d63f0200, INDIRECT_CALL, 0",
    "8b20c841, ADDITION, 1",
    "8b010000, ADDITION, 0",
    "0b010000, OTHER, 0",
    "d503201f, OTHER, 0"
  })
  void wordsOfArm64(String word, Kind kind, String value) {
    int bits = Integer.parseUnsignedInt(word, 16);
    byte[] bytes = {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)};
    Instruction decoded = new Arm64Decoder().decode(new Code(0x1000, bytes), 0).orElseThrow();
    assertEquals(
        List.of(kind, 4, Long.parseLong(value, 16)),
        List.of(decoded.kind(), decoded.length(), decoded.value()));
  }

  @Test
  void whatIsCutOffIsNoInstruction() {
    Code call = new Code(0, new byte[] {(byte) 0xe8, 0, 0, 0, 0});
    assertEquals(5, new X86Decoder().decode(call, 0).orElseThrow().length());
    for (int length = 0; length < 5; length++) {
      Code cut = new Code(0, java.util.Arrays.copyOf(call.bytes(), length));
      assertEquals(Optional.empty(), new X86Decoder().decode(cut, 0));
    }
    assertEquals(Optional.empty(), new Arm64Decoder().decode(new Code(0, new byte[3]), 0));
  }

  @Test
  void anEndlessRowOfPrefixesIsNoInstruction() {
    byte[] prefixes = new byte[4096];
    java.util.Arrays.fill(prefixes, (byte) 0x66);
    assertEquals(Optional.empty(), new X86Decoder().decode(new Code(0, prefixes), 0));
  }
}
