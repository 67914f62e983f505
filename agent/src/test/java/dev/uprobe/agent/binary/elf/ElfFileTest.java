package dev.uprobe.agent.binary.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.Toolchain;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ElfFileTest {
  private static final String SOURCE =
      "int counter = 7; int func(int n) { return n + 1; } int main(void) { return func(1); }";

  private Path folder;
  private Toolchain tools;
  private Path program;

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    tools = new Toolchain(folder);
    program = tools.gcc("program", SOURCE, "-pie", "-Wl,--build-id=0x0123456789abcdef");
  }

  @Test
  void tellsTheMachineAndTheKindOfAProgram() throws Exception {
    Path fixed = tools.gcc("fixed", SOURCE, "-no-pie");
    try (ElfFile pie = ElfFile.open(program);
        ElfFile noPie = ElfFile.open(fixed)) {
      assertEquals(Machine.ofHost(), pie.machine());
      assertTrue(pie.positionIndependent());
      assertFalse(noPie.positionIndependent());
    }
  }

  @Test
  void opensADescriptorOfThisProcess() throws Exception {
    try (FileInputStream descriptor = new FileInputStream(program.toFile());
        ElfFile file = ElfFile.open(pathOf(descriptor), "/app/program")) {
      assertEquals("/app/program", file.name());
      assertEquals(Optional.of("0123456789abcdef"), file.buildId());
    }
  }

  @Test
  void readsTheBuildId() throws Exception {
    Path without = tools.gcc("without", SOURCE, "-Wl,--build-id=none");
    try (ElfFile with = ElfFile.open(program);
        ElfFile none = ElfFile.open(without)) {
      assertEquals(Optional.of("0123456789abcdef"), with.buildId());
      assertEquals(Optional.empty(), none.buildId());
    }
  }

  @Test
  void knowsWhereCodeIsInTheFile() throws Exception {
    Path fixed = tools.gcc("fixed-offsets", SOURCE, "-no-pie");
    long address = symbolAddress(fixed, "func");
    try (ElfFile file = ElfFile.open(fixed)) {
      long base = file.segments().stream().filter(Segment::loaded).findFirst().get().address();
      assertEquals(OptionalLong.of(address - base), file.fileOffset(address));
    }
  }

  @Test
  void hasNoCodeWhereDataIsOrNothing() throws Exception {
    try (ElfFile file = ElfFile.open(program)) {
      assertEquals(OptionalLong.empty(), file.fileOffset(symbolAddress(program, "counter")));
      assertEquals(OptionalLong.empty(), file.fileOffset(0x7fff_0000_0000L));
      assertEquals(OptionalLong.empty(), file.fileOffset(-1));
    }
  }

  @Test
  void saysWhatAFileIsThatIsNoElfFile() throws Exception {
    assertProblem("is empty; name a program or a library", write("empty"));
    assertProblem(
        "is not an ELF file but a script run by /bin/sh -e; name a program or a library",
        write("script", "#!/bin/sh -e\nexit 0\n".getBytes(StandardCharsets.UTF_8)));
    assertProblem(
        "is not an ELF file but a static library (.a); name a program or a library",
        write("archive", "!<arch>\nfunc.o/".getBytes(StandardCharsets.UTF_8)));
    assertProblem(
        "is not an ELF file but a linker script; name a program or a library",
        write("libc.so", "/* GNU ld script\n".getBytes(StandardCharsets.UTF_8)));
    assertProblem(
        "is not an ELF file; name a program or a library",
        write("text", "hello".getBytes(StandardCharsets.UTF_8)));
    assertProblem("is not a regular file; name a program or a library", folder);
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> ElfFile.open(folder.resolve("missing")));
    assertEquals(folder.resolve("missing") + ": there is no such file", missing.getMessage());
  }

  @Test
  void saysWhichElfFilesItDoesNotRead() throws Exception {
    assertProblem(
        "is a 32-bit ELF file; only 64-bit ones can be traced", write("bits32", with(4, 1)));
    assertProblem(
        "is a big-endian ELF file; only little-endian ones can be traced",
        write("big", with(5, 2)));
    tools.run("gcc", "-c", "-o", "object.o", "program.c");
    assertProblem(
        "is an object file that is not linked yet; name a program or a library",
        folder.resolve("object.o"));
    assertProblem("is a core dump; name a program or a library", write("core", with(16, 4)));
  }

  @Test
  void namesMachinesItCannotTrace() throws Exception {
    try (ElfFile file = ElfFile.open(write("riscv", with(18, 243)))) {
      assertEquals("RISC-V", file.machine().displayName());
    }
  }

  @Test
  void refusesAPipeWithoutWaitingForIt() throws Exception {
    tools.run("mkfifo", "pipe");
    assertProblem("is not a regular file; name a program or a library", folder.resolve("pipe"));
  }

  @Test
  void refusesFilesThatEndTooEarly() throws Exception {
    byte[] whole = Files.readAllBytes(program);
    assertProblem(
        "is cut short: it ends inside its ELF header", write("cut1", Arrays.copyOf(whole, 40)));
    assertProblem(
        "is cut short: it ends inside its program headers; copy or build it again",
        write("cut2", Arrays.copyOf(whole, 100)));
    assertProblem(
        "is cut short: it ends inside its section headers; copy or build it again",
        write("cut3", Arrays.copyOf(whole, whole.length - 1)));
  }

  @Test
  void refusesCountsOverTheirLimits() throws Exception {
    assertProblem(
        "has 65535 program headers, over the limit of 1170", write("phnum", withShort(56, 0xffff)));
    byte[] sections = Files.readAllBytes(program);
    ByteBuffer header = ByteBuffer.wrap(sections).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort(60, (short) 0);
    header.putLong((int) header.getLong(40) + 32, -1);
    assertProblem(
        "has 18446744073709551615 sections, over the limit of 65535", write("shnum", sections));
  }

  /** The one of this process's descriptors that leads to the program. */
  private Path pathOf(FileInputStream open) throws IOException {
    assertTrue(open.getFD().valid());
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(path -> leadsTo(path, program)).findFirst().orElseThrow();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.isSameFile(link, file);
    } catch (IOException e) {
      return false;
    }
  }

  private byte[] with(int at, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(program);
    bytes[at] = (byte) value;
    return bytes;
  }

  private byte[] withShort(int at, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(program);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) value);
    return bytes;
  }

  private Path write(String name, byte... bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private long symbolAddress(Path file, String symbol) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^([0-9a-f]+) \\w " + symbol + "$")
            .matcher(tools.run("nm", file.toString()));
    assertTrue(line.find(), symbol);
    return Long.parseLong(line.group(1), 16);
  }

  private static void assertProblem(String problem, Path file) {
    ElfException e = assertThrows(ElfException.class, () -> ElfFile.open(file).close());
    assertEquals(file + " " + problem, e.getMessage());
  }
}
