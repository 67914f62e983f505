package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SymbolsCommandTest {
  @TempDir private Path folder;

  @Test
  void listsTheFunctionsOfAProgram() throws Exception {
    Run run = Run.of("symbols", program());

    assertEquals(0, run.status(), run.err());
    List<String> functions = run.out().lines().toList();
    assertTrue(functions.contains("charge_card"), run.out());
    assertTrue(functions.contains("main"), run.out());
    assertFalse(functions.contains("balance"), run.out());
  }

  @Test
  void listsOnlyWhatAGlobMatches() throws Exception {
    Run run = Run.of("symbols", program(), "charge_*");

    assertEquals(List.of("charge_card", "charge_cash"), run.out().lines().sorted().toList());
    assertEquals("", run.err());
  }

  @Test
  void listsWhatTheCompilerMadeOfAFunction() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("clones.c"),
            """
            void pay(void) __asm__("pay.isra.0"); void pay(void) {}
            void part(void) __asm__("pay.part.0"); void part(void) {}
            void payed(void) {}
            int main(void) { return 0; }
            """);
    String program = compile(source, folder.resolve("clones")).toString();

    assertEquals(
        List.of("pay.isra.0", "pay.part.0"),
        Run.of("symbols", program, "pay").out().lines().sorted().toList());
  }

  @Test
  void knowsALibraryByItsName() {
    Run run = Run.of("symbols", "c", "strlen");

    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().matches("strlen@@GLIBC_[0-9.]+( {2}\\(ifunc\\))?\\n"), run.out());
  }

  @Test
  void saysThatNoFunctionMatches() throws Exception {
    String program = program();

    assertSentence(Run.of("symbols", program, "refund_*"), program + " has no function refund_*");
  }

  @Test
  void saysThatAFileIsNoProgram() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "these are only notes\n");

    assertSentence(Run.of("symbols", file.toString()), file.toString());
  }

  @Test
  void saysThatThereIsNoSuchFileOrLibrary() {
    String missing = folder.resolve("missing").toString();

    assertSentence(Run.of("symbols", missing), "There is no file " + missing);
    assertSentence(Run.of("symbols", "nosuchlibrary"), "nosuchlibrary");
  }

  @Test
  void showsNamesAsProgrammersWriteThemOrMangled() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("cart.c"),
            "void charge(void) __asm__(\"_ZN4Cart6chargeEi\"); void charge(void) {}"
                + "void rust(void) __asm__(\"_RNvMC4cartNtB2_4Cart6charge\"); void rust(void) {}"
                + "int main(void) { return 0; }");
    String program = compile(source, folder.resolve("cart")).toString();

    assertEquals("Cart::charge(int)\n", Run.of("symbols", program, "Cart::*").out());
    assertEquals("cart::Cart::charge\n", Run.of("symbols", program, "cart::Cart::charge").out());
    assertEquals(
        "_ZN4Cart6chargeEi\n", Run.of("symbols", "--mangled", program, "Cart::charge").out());
  }

  @Test
  void listsStaticProbesAndWhereTheirArgumentsAre() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("probes.c"),
            """
            #include <sys/sdt.h>
            int main(void) {
              DTRACE_PROBE2(shop, order, (short)-7, 9L);
              DTRACE_PROBE(shop, done);
              DTRACE_PROBE(bank, done);
              return 0;
            }
            """);
    String program = compile(source, folder.resolve("probes")).toString();

    assertEquals(
        "shop:order  -2@$-7 -8@$9\nshop:done\nbank:done\n",
        Run.of("symbols", "--usdt", program).out());
    assertEquals("shop:done\nbank:done\n", Run.of("symbols", "--usdt", program, "*:done").out());
    assertSentence(Run.of("symbols", "--usdt", program, "shop:pay"), "no static probe shop:pay");
    assertSentence(Run.of("symbols", "--usdt", program()), "has no static probe;");
  }

  @Test
  void escapesNamesThatAFileMadeUp() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("evil.c"), "void evil(void) {} int main(void) { return 0; }");
    Path program = compile(source, folder.resolve("evil"));
    run("objcopy", "--redefine-sym", "evil=evil\u001b[2J", program.toString());

    Run run = Run.of("symbols", program.toString(), "evil*");

    assertEquals("evil\\x1b[2J\n", run.out(), run.err());
  }

  private String program() throws Exception {
    Path source =
        Files.writeString(
            folder.resolve("program.c"),
            """
            int balance = 1;
            int charge_card(int cents) { return cents + balance; }
            int charge_cash(int cents) { return cents - balance; }
            int main(void) { return charge_card(1) + charge_cash(1); }
            """);
    return compile(source, folder.resolve("program")).toString();
  }

  private static Path compile(Path source, Path program) throws Exception {
    run("gcc", "-o", program.toString(), source.toString());
    return program;
  }

  private static void run(String... command) throws Exception {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private static void assertSentence(Run run, String part) {
    assertEquals(1, run.status(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("uprobe-agent: "), run.err());
    assertTrue(run.err().contains(part), run.err());
    assertTrue(run.err().endsWith(".\n"), run.err());
    assertFalse(run.err().contains("internal error"), run.err());
  }
}
