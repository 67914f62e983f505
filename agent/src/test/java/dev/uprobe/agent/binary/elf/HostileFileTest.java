package dev.uprobe.agent.binary.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.functions.FunctionIndex;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import dev.uprobe.agent.binary.gotable.GoFunctionsTest;
import dev.uprobe.agent.binary.usdt.UsdtArguments;
import dev.uprobe.agent.binary.usdt.UsdtProbe;
import dev.uprobe.agent.binary.usdt.UsdtProbes;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file says, there is a table or an {@link ElfException}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFileTest {
  private Path folder;
  private final List<byte[]> files = new ArrayList<>();

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Toolchain tools = new Toolchain(folder);
    Files.writeString(folder.resolve("map"), "V1 { global: one; }; V2 { global: two; } V1;");
    String source =
        """
        #include <string.h>
        static int plain(int n) { return n; }
        static int (*choose(void))(int) { return plain; }
        int one(int n) __attribute__((ifunc("choose")));
        int two(const char *text) { return one((int) strlen(text)); }
        """;
    Path library =
        tools.gcc("lib.so", source, "-shared", "-fPIC", "-fno-builtin", "-Wl,--version-script=map");
    files.add(Files.readAllBytes(library));
    tools.run("objcopy", "--only-keep-debug", "lib.so", "mini");
    tools.run("strip", "lib.so");
    tools.run("xz", "mini");
    tools.run("objcopy", "--add-section", ".gnu_debugdata=mini.xz", "lib.so");
    tools.run("objcopy", "--add-gnu-debuglink=mini.xz", "lib.so");
    files.add(Files.readAllBytes(library));
    String go = GoFunctionsTest.GO_1_18.replace("MAGIC", "0xfffffff1");
    files.add(Files.readAllBytes(tools.gcc("go", go, "-nostdlib", "-no-pie", "-Wl,--entry=start")));
    String go126 = GoFunctionsTest.among(GoFunctionsTest.GO_1_26).replace("MAGIC", "0xfffffff1");
    files.add(
        Files.readAllBytes(tools.gcc("go126", go126, "-nostdlib", "-no-pie", "-Wl,--entry=start")));
    String probes =
        """
        #include <sys/sdt.h>
        int counter;
        int main(int n, char **all) {
          DTRACE_PROBE3(shop, order, counter, all[n], 7);
          DTRACE_PROBE1(shop, done, n);
          return n;
        }
        """;
    files.add(Files.readAllBytes(tools.gcc("probes", probes, "-O2")));
    byte[] bare = files.get(0).clone();
    Arrays.fill(bare, 40, 48, (byte) 0);
    files.add(bare);
  }

  @Test
  void readsTheUnchangedFiles() throws Exception {
    for (byte[] file : files) {
      assertTrue(readEverything(file) > 3);
    }
  }

  @Test
  void survivesAnEndAtAnyPlace() {
    for (byte[] file : files) {
      for (int length = 0; length < file.length; length += length < 1024 ? 1 : 61) {
        tryToRead(Arrays.copyOf(file, length), "cut to " + length);
      }
    }
  }

  @Test
  void survivesFlippedBytes() {
    Random random = new Random(20260101);
    for (byte[] file : files) {
      for (int variant = 0; variant < 2000; variant++) {
        byte[] changed = file.clone();
        int flips = 1 + random.nextInt(8);
        for (int i = 0; i < flips; i++) {
          changed[interestingPlace(file, random)] = (byte) random.nextInt(256);
        }
        tryToRead(changed, "variant " + variant);
      }
    }
  }

  @Test
  void survivesCountsAtTheirLargest() {
    for (byte[] file : files) {
      int headers = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
      int end = headers == 0 ? 1024 : file.length;
      for (int at = headers == 0 ? 0 : headers; at + 8 <= end; at += 4) {
        byte[] changed = file.clone();
        Arrays.fill(changed, at, at + (at % 8 == 0 ? 8 : 4), (byte) 0xff);
        tryToRead(changed, "largest number at " + at);
      }
    }
  }

  @Test
  void refusesMoreSymbolsThanTheLimit() throws Exception {
    Path huge = folder.resolve("huge");
    byte[] file = files.get(0);
    ByteBuffer header = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int at = sectionHeader(header, Section.SYMTAB);
    header.putLong(at + 32, (SymbolTable.MAX_SYMBOLS + 1) * 24L);
    Files.write(huge, header.array());
    // The file has a hole, so that it is long enough and takes no space.
    try (SeekableByteChannel channel = Files.newByteChannel(huge, StandardOpenOption.WRITE)) {
      channel.position(200L << 20);
      channel.write(ByteBuffer.allocate(1));
    }
    try (ElfFile elf = ElfFile.open(huge)) {
      ElfException e = assertThrows(ElfException.class, () -> FunctionTable.of(elf));
      assertEquals(huge + " has 4000001 symbols, over the limit of 4000000", e.getMessage());
    }
  }

  @Test
  void refusesPackedSymbolsThatUnpackToTooMuch() throws Exception {
    Toolchain tools = new Toolchain(folder);
    Path bomb = Files.write(folder.resolve("bomb"), files.get(1));
    tools.run("objcopy", "--remove-section=.gnu_debugdata", "bomb");
    tools.run("sh", "-c", "head -c 80M /dev/zero | xz > zeros.xz");
    tools.run("objcopy", "--add-section", ".gnu_debugdata=zeros.xz", "bomb");
    try (ElfFile elf = ElfFile.open(bomb)) {
      ElfException e = assertThrows(ElfException.class, () -> FunctionTable.of(elf));
      assertEquals(
          bomb + " has 67108865 bytes in .gnu_debugdata, over the limit of 67108864",
          e.getMessage());
    }
  }

  /** Mostly in the headers and tables, which are what is believed. */
  private static int interestingPlace(byte[] file, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(64);
      case 1 -> random.nextInt(Math.min(file.length, 4096));
      case 2 -> file.length - 1 - random.nextInt(Math.min(file.length, 4096));
      default -> random.nextInt(file.length);
    };
  }

  private static int sectionHeader(ByteBuffer file, int type) {
    int at = (int) file.getLong(40);
    while (file.getInt(at + 4) != type) {
      at += 64;
    }
    return at;
  }

  private static void tryToRead(byte[] bytes, String what) {
    try {
      assertTrue(readEverything(bytes) >= 0);
    } catch (ElfException e) {
      assertTrue(
          e.getMessage().startsWith("hostile ") || e.getMessage().contains(" hostile "), what);
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  private static int readEverything(byte[] bytes) throws IOException {
    try (ElfFile file = ElfFile.open(Bytes.ofArray(bytes), "hostile");
        FunctionTable table =
            FunctionTable.of(file, DebugFiles.of(Path.of("/nowhere"), Path.of("x")))) {
      List<Function> functions = table.find("*");
      int read = functions.size() + table.find("two@@V2").size();
      for (Function function : functions) {
        if (function.ifunc()) {
          read += Relocations.of(file).chosenBy(function).size();
          read += Relocations.of(file).callsTo(function).size();
        }
      }
      Optional<GoFunctions> go = GoFunctions.of(file);
      if (go.isPresent()) {
        for (Function function : go.get().find("*")) {
          read += go.get().at(function.address()).map(each -> 1).orElse(0);
          read += go.get().isAssembly(function.address()) ? 1 : 0;
        }
      }
      Variables variables = new Variables(file);
      for (UsdtProbe probe : UsdtProbes.of(file)) {
        read += UsdtArguments.parse(file.machine(), probe.arguments(), variables::address).size();
      }
      FunctionIndex index = table.index();
      for (Function function : functions) {
        read += index.at(function.fileOffset()).map(each -> each.name().length()).orElse(0);
      }
      return read + file.buildId().map(String::length).orElse(0);
    }
  }
}
