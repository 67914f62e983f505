package dev.uprobe.agent.binary.disasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.Machine;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbingTest {
  private static final long START = 0x1000;

  @ParameterizedTest
  @CsvSource({
    "9c, saves the processor's flags",
    "669c, saves the processor's flags",
    "8ed0, loads the stack segment",
    "c7f800000000, begins a transaction",
    "0f05, enters the kernel",
    "f3a4, repeats itself",
    "f348ab, repeats itself",
    "f2ae, repeats itself"
  })
  void someInstructionsBearNoSingleStep(String bytes, String problem) {
    Optional<String> found = problem(bytes + "c3", 0);
    assertTrue(found.filter(each -> each.startsWith(problem)).isPresent(), found::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "55",
    "f30f1efa",
    "c3",
    "f3c3",
    "9d",
    "90",
    "0f1f440000",
    "8ed8",
    "c7450000000000",
    "f30f10c1",
    "a4",
    "ff2500000000"
  })
  void othersDo(String bytes) {
    assertEquals(Optional.empty(), problem(bytes + "c3", 0));
  }

  /** All begin with one byte, and have the long NOP behind it. */
  @ParameterizedTest
  @CsvSource({
    // mov %edi, -4(%rsp)
    "90 0f1f440000 897c24fc c3, true",
    // push %rbp; mov %rsp, %rbp; mov %edi, -20(%rbp)
    "90 0f1f440000 55 4889e5 897dec 5d c3, true",
    // what is no code
    "90 0f1f440000 06, true",
    // push %rbp; mov %rsp, %rbp; mov %edi, -20(%rbp); call
    "90 0f1f440000 55 4889e5 897dec e800000000 c9 c3, false",
    // sub $24, %rsp; mov %edi, 12(%rsp)
    "90 0f1f440000 4883ec18 897c240c c3, false",
    // lea -24(%rsp), %rsp; mov %edi, 12(%rsp)
    "90 0f1f440000 488d6424e8 897c240c c3, false",
    // lea 1(%rdi), %eax
    "90 0f1f440000 8d4701 c3, false"
  })
  void aLongNopBearsAProbeWhereNothingIsKeptBelowTheStack(String bytes, boolean harms) {
    String code = bytes.replace(" ", "");
    assertEquals(harms, problem(code, 1).isPresent());
    assertEquals(Optional.empty(), problem(code.substring(2), 0), "first in the function");
  }

  @ParameterizedTest
  @CsvSource({
    // ldaxr w0, [x1]; add w0, w0, #1; stlxr w2, w0, [x1]; cbnz w2; ret
    "4, true",
    "8, true",
    "0, false",
    "12, false",
    "16, false"
  })
  void ofArm64AnExclusiveLoadAndItsStoreStayTogether(int at, boolean harms) {
    String words = "20fc5f88 00040011 20fc0288 a2ffff35 c0035fd6";
    Code code = new Code(START, HexFormat.of().parseHex(words.replace(" ", "")));
    assertEquals(harms, Probing.problem(Machine.AARCH64, code, START + at, true).isPresent());
  }

  private static Optional<String> problem(String bytes, int at) {
    Code code = new Code(START, HexFormat.of().parseHex(bytes));
    return Probing.problem(Machine.X86_64, code, START + at, true);
  }
}
