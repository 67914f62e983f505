package dev.uprobe.agent.binary.usdt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Constant;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Memory;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Register;
import dev.uprobe.agent.binary.usdt.UsdtArgument.Unreadable;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Arguments as notes of real programs describe them. */
class UsdtArgumentsTest {
  private static final int AX = 80;
  private static final int BX = 40;
  private static final int DX = 96;
  private static final int BP = 32;
  private static final int SI = 104;
  private static final int R12 = 24;
  private static final int IP = 128;

  @Test
  void registersOfAnySizeAreTheSameRegister() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(8, false, new Register(AX)),
            new UsdtArgument(4, true, new Register(AX)),
            new UsdtArgument(2, true, new Register(AX)),
            new UsdtArgument(1, false, new Register(AX)),
            new UsdtArgument(1, false, new Register(SI)),
            new UsdtArgument(1, true, new Register(R12)),
            new UsdtArgument(4, false, new Register(R12)));
    assertEquals(expected, x86("8@%rax -4@%eax -2@%ax 1@%al 1@%sil -1@%r12b 4@%r12d"));
  }

  @Test
  void constantsAreDecimalOrHex() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(4, true, new Constant(-7)),
            new UsdtArgument(8, false, new Constant(-1)),
            new UsdtArgument(1, false, new Constant(255)));
    assertEquals(expected, x86("-4@$-7 8@$0xffffffffffffffff 1@$255"));
  }

  @Test
  void memoryHasABaseAnIndexAndADisplacement() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(4, true, new Memory(BP, 0, 0, -136)),
            new UsdtArgument(8, false, new Memory(AX, 0, 0, 0)),
            new UsdtArgument(8, true, new Memory(AX, DX, 8, 16)),
            new UsdtArgument(1, true, new Memory(AX, BX, 1, 0)));
    assertEquals(expected, x86("-4@-136(%rbp) 8@(%rax) -8@16(%rax,%rdx,8) -1@(%rax,%rbx)"));
  }

  @Test
  void aVariableIsAsFarFromThePlaceAsItsSymbolSays() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(4, true, new Memory(IP, 0, 0, 1000)),
            new UsdtArgument(4, true, new Memory(IP, 0, 0, 1040)),
            new UsdtArgument(8, false, new Memory(IP, 0, 0, 1008)),
            new UsdtArgument(8, false, new Memory(IP, 0, 0, 992)));
    assertEquals(expected, x86("-4@known(%rip) -4@40+known(%rip) 8@known+8(%rip) 8@known-8(%rip)"));
    assertEquals(
        List.of(new UsdtArgument(4, true, new Unreadable("stripped(%rip)"))),
        x86("-4@stripped(%rip)"));
  }

  @Test
  void anArgumentThatCannotBeReadStillCounts() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(8, true, new Unreadable("%xmm0")),
            new UsdtArgument(4, false, new Register(BX)));
    assertEquals(expected, x86("-8@%xmm0 4@%ebx"));
    assertEquals(List.of(), x86(""));
  }

  @Test
  void arm64WritesMemoryInBrackets() throws Exception {
    List<UsdtArgument> expected =
        List.of(
            new UsdtArgument(8, false, new Register(0)),
            new UsdtArgument(4, true, new Register(19 * 8)),
            new UsdtArgument(8, false, new Memory(248, 0, 0, 112)),
            new UsdtArgument(4, true, new Memory(8, 16, 1, 0)),
            new UsdtArgument(1, true, new Constant(-5)));
    assertEquals(expected, arm64("8@x0 -4@w19 8@[sp, 112] -4@[x1, x2] -1@-5"));
  }

  @Test
  void anArgumentWithoutASizeHasThatOfARegister() throws Exception {
    assertEquals(List.of(new UsdtArgument(8, false, new Register(BX))), x86("%rbx"));
  }

  private static List<UsdtArgument> x86(String note) throws IOException {
    return UsdtArguments.parse(
        Machine.X86_64,
        note,
        name -> name.equals("known") ? OptionalLong.of(1000) : OptionalLong.empty());
  }

  private static List<UsdtArgument> arm64(String note) throws IOException {
    return UsdtArguments.parse(Machine.AARCH64, note, name -> OptionalLong.empty());
  }
}
