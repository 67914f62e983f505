package dev.uprobe.agent.events.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.Libc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files that are said to be mapped by this very process. */
class SymbolizerTest {
  private static final int PID = (int) ProcessHandle.current().pid();
  private static final long BASE = 0x7f00_0000_0000L;
  private static final long SIZE = 0x100_000;
  private static final String SOURCE =
      """
      static __attribute__((noinline)) int hidden(int n) { return n * 3; }
      int shown(int n) { return hidden(n) + 1; }
      int last(int n) { return shown(n) + 2; }
      """;

  @TempDir Path folder;
  private final List<Mapping> mappings = new ArrayList<>();
  private Path file;

  @BeforeEach
  void compile() throws Exception {
    file = new Toolchain(folder).gcc("lib.so", SOURCE, "-shared", "-fPIC", "-O1");
    map(BASE, file);
  }

  private void map(long start, Path mapped) throws Exception {
    mappings.add(
        new Mapping(
            start, start + SIZE, "r-xp", 0, FileIdentity.of(mapped), mapped.toString(), false));
  }

  private long offset(String function) throws Exception {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable table = FunctionTable.of(elf)) {
      Function found = table.find(function).get(0);
      return found.fileOffset();
    }
  }

  private List<String> frames(String type, long... addresses) {
    return frames(new CodeFiles(Libc.load(), Path.of("/proc")), type, addresses);
  }

  private List<String> frames(CodeFiles files, String type, long... addresses) {
    Symbolizer symboliser = new Symbolizer(new AddressSpaces(pid -> mappings), files);
    List<Frame> stack = new ArrayList<>();
    for (long each : addresses) {
      stack.add(Frame.unknown(each));
    }
    ProbeDescriptor probe = new ProbeDescriptor(0, "trace", ProbeYaml.probe("type: " + type));
    Event event = new Event(probe, "func", 1, 0, "comm", PID, PID, 0, 0, List.of(), stack);
    // Twice: what is known from before must be the same.
    symboliser.symbolise(event);
    return symboliser.symbolise(event).stack().stream().map(Frame::text).toList();
  }

  private List<String> frames(long... addresses) {
    return frames("Entry", addresses);
  }

  @Test
  void anAddressIsAFunctionAndItsDistance() throws Exception {
    assertEquals(
        List.of("hidden+0x0 (lib.so)", "shown+0x5 (lib.so)", "last+0x7 (lib.so)"),
        frames(BASE + offset("hidden"), BASE + offset("shown") + 5, BASE + offset("last") + 7));
  }

  @Test
  void aCallAtTheVeryEndOfAFunctionIsThatFunctions() throws Exception {
    long shown = BASE + offset("shown");
    long length = offset("last") - offset("shown");

    // Of a function that calls abort, say: behind the call begins the next function.
    assertEquals(
        List.of("hidden+0x0 (lib.so)", "shown+0x" + Long.toHexString(length) + " (lib.so)"),
        frames(BASE + offset("hidden"), shown + length));
  }

  @Test
  void aReturnsFirstAddressIsBehindACallToo() throws Exception {
    long length = offset("last") - offset("shown");

    assertEquals(
        List.of("shown+0x" + Long.toHexString(length) + " (lib.so)"),
        frames("Return", BASE + offset("last")));
    assertEquals(List.of("last+0x0 (lib.so)"), frames(BASE + offset("last")));
  }

  @Test
  void namesAreMadeReadable() throws Exception {
    file =
        new Toolchain(folder)
            .gcc("cart.so", "int _ZN4Cart6chargeEi(int n) { return n; }", "-shared", "-fPIC");
    mappings.clear();
    map(BASE, file);

    assertEquals(
        List.of("Cart::charge(int)+0x0 (cart.so)"), frames(BASE + offset("_ZN4Cart6chargeEi")));
  }

  @Test
  void whatHasNoSymbolIsUnknownInItsFile() throws Exception {
    long hidden = offset("hidden");
    new Toolchain(folder).run("strip", file.toString());
    mappings.clear();
    map(BASE, file);

    // In a small library, addresses and places in the file are the same.
    assertEquals(
        List.of("[unknown] (lib.so+0x" + Long.toHexString(hidden) + ")"), frames(BASE + hidden));
  }

  @Test
  void codeThatIsInNoFileIsNamedAsTheKernelDoes() throws Exception {
    FileIdentity none = new FileIdentity(0, 0);
    mappings.add(new Mapping(0x1000, 0x2000, "r-xp", 0, none, "[vdso]", false));
    mappings.add(new Mapping(0x3000, 0x4000, "rwxp", 0, none, "", false));

    assertEquals(
        List.of("[unknown] ([vdso]+0x5)", "[unknown] ([anon]+0x7)"), frames(0x1005, 0x3007));
  }

  @Test
  void whatLiesInNoCodeEndsAStackAndIsShownInItsMiddle() throws Exception {
    long shown = BASE + offset("shown");

    assertEquals(
        List.of("shown+0x0 (lib.so)", "[unknown] (0x17)", "shown+0x5 (lib.so)"),
        frames(shown, 0x17, shown + 5, 0x18, 0x19));
    assertEquals(List.of("[unknown] (0x17)"), frames(0x17, 0x18));
  }

  @Test
  void aFileThatWasReplacedIsNotTakenForTheOneThatIsMapped() throws Exception {
    long shown = BASE + offset("shown");
    Path other = new Toolchain(folder).gcc("other.so", "int other(void) { return 1; }", "-shared");
    Files.move(file, folder.resolve("kept.so"));
    Files.move(other, file);

    List<String> frames = frames(shown);

    assertEquals(1, frames.size());
    assertEquals("[unknown] (lib.so+0x" + Long.toHexString(shown - BASE) + ")", frames.get(0));
  }

  @Test
  void aFileThatWasForgottenToMakeRoomIsReadAgain() throws Exception {
    CodeFiles oneFile = new CodeFiles(Libc.load(), Path.of("/proc"), 0);
    Path other = new Toolchain(folder).gcc("other.so", SOURCE, "-shared", "-fPIC", "-O1");
    long otherBase = BASE + 2 * SIZE;
    map(otherBase, other);
    long shown = offset("shown");

    assertEquals(
        List.of(
            "shown+0x1 (lib.so)",
            "shown+0x2 (other.so)",
            "shown+0x3 (lib.so)",
            "last+0x1 (other.so)"),
        frames(
            oneFile,
            "Entry",
            BASE + shown + 1,
            otherBase + shown + 2,
            BASE + shown + 3,
            otherBase + offset("last") + 1));
  }

  @Test
  void aFileThatIsNoProgramHasNoFunctions() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no program");
    map(0x10_0000, text);

    assertEquals(List.of("[unknown] (text+0x5)"), frames(0x10_0005));
  }
}
