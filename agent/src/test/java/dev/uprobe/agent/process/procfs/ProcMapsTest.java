package dev.uprobe.agent.process.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcMapsTest {

  @Test
  void readsAMappedFile() throws Exception {
    Mapping mapping =
        ProcMaps.parse(
            "7fb866c11000-7fb866c68000 r-xp 00026000 fe:01 329635                     /usr/lib/a b.so");
    assertEquals(
        new Mapping(
            0x7fb866c11000L,
            0x7fb866c68000L,
            "r-xp",
            0x26000,
            new FileIdentity(0xfe01, 329635),
            "/usr/lib/a b.so",
            false),
        mapping);
    assertTrue(mapping.executable());
    assertTrue(mapping.ofFile());
    assertTrue(mapping.contains(0x7fb866c11000L));
    assertFalse(mapping.contains(0x7fb866c68000L));
  }

  @Test
  void readsMemoryWithoutAFile() throws Exception {
    assertFalse(ProcMaps.parse("7fb866bef000-7fb866c11000 rw-p 00000000 00:00 0 ").ofFile());
    assertFalse(ProcMaps.parse("7ffd0000-7ffd2000 r-xp 00000000 00:00 0          [vdso]").ofFile());
    Mapping last =
        ProcMaps.parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]");
    assertTrue(last.contains(0xffffffffff600000L));
  }

  @Test
  void tellsDeletedFilesAndUnescapesTheirPaths() throws Exception {
    Mapping mapping =
        ProcMaps.parse("1000-2000 r-xp 00000000 fe:00 12   /tmp/two\\012lines.so (deleted)");
    assertEquals("/tmp/two\nlines.so", mapping.path());
    assertTrue(mapping.deleted());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1000 r-xp 0 fe:00 1", "1-2 r-xp 0 fe 1", "1-2 r-xp 0 fe:00 x"})
  void refusesWhatIsNoMapping(String line) {
    IOException e = assertThrows(IOException.class, () -> ProcMaps.parse(line));
    assertEquals("\"" + line + "\" is not a line of /proc/PID/maps", e.getMessage());
  }

  @Test
  void refusesALineWithoutAnEnd() {
    byte[] line = new byte[100_000];
    assertThrows(IOException.class, () -> ProcMaps.read(new ByteArrayInputStream(line)));
  }

  @Test
  void refusesMoreThanAMillionLines() {
    byte[] lines = "0-1 r 0 0:0 0\n".repeat(1_000_001).getBytes(StandardCharsets.US_ASCII);
    IOException e =
        assertThrows(IOException.class, () -> ProcMaps.read(new ByteArrayInputStream(lines)));
    assertEquals(
        "A process has more than 1000000 memory mappings, which is too many", e.getMessage());
  }

  @Test
  void readsThoseOfThisProcess() throws Exception {
    int self = (int) ProcessHandle.current().pid();
    List<Mapping> mappings = new Processes(Path.of("/proc")).mappings(self);
    String java = Path.of(System.getProperty("java.home"), "bin/java").toRealPath().toString();
    Mapping executable =
        mappings.stream().filter(m -> m.path().equals(java) && m.executable()).findFirst().get();
    assertEquals(FileIdentity.of(Path.of(java)), executable.file());
  }
}
