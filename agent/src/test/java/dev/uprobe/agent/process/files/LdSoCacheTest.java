package dev.uprobe.agent.process.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LdSoCacheTest {
  private static final int X86_64 = 0x0303;
  private static final int AARCH64 = 0x0a03;
  private static final int X86 = 0x0003;
  private static final LibraryName LIBC = new LibraryName("c");

  @TempDir Path folder;

  private record Library(int flags, String name, String path) {}

  private final byte[] cache =
      cache(
          new Library(X86_64, "libssl.so.3", "/lib64/libssl.so.3"),
          new Library(X86_64, "libc.so.6", "/lib64/libc.so.6"),
          new Library(X86, "libc.so.6", "/lib32/libc.so.6"),
          new Library(AARCH64, "libc.so.6", "/arm/libc.so.6"));

  @Test
  void findsTheLibrariesOfAMachine() throws Exception {
    assertEquals(List.of("/lib64/libc.so.6"), read(cache, Machine.X86_64).find(LIBC));
    assertEquals(List.of("/arm/libc.so.6"), read(cache, Machine.AARCH64).find(LIBC));
    assertEquals(List.of("libssl.so.3", "libc.so.6"), read(cache, Machine.X86_64).names());
  }

  @Test
  void readsTheFormatAfterTheOlderOne() throws Exception {
    ByteBuffer both =
        ByteBuffer.allocate(16 + 12 + 4 + cache.length).order(ByteOrder.LITTLE_ENDIAN);
    both.put("ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII)).putInt(12, 1).position(32);
    both.put(cache);
    LdSoCache read = read(both.array(), Machine.X86_64);
    assertEquals(List.of("/lib64/libc.so.6"), read.find(LIBC));
  }

  @Test
  void isEmptyWhereThereIsNone() throws Exception {
    LdSoCache none = LdSoCache.read(folder.resolve("missing"), Machine.X86_64);
    assertEquals(List.of(), none.find(LIBC));
    assertEquals(
        List.of(),
        read("something else".getBytes(StandardCharsets.UTF_8), Machine.X86_64).find(LIBC));
  }

  @Test
  void refusesATableThatGoesPastTheEnd() {
    byte[] cut = Arrays.copyOf(cache, 60);
    IOException e = assertThrows(IOException.class, () -> read(cut, Machine.X86_64));
    assertEquals(
        folder.resolve("cache") + " is damaged; write it again with ldconfig", e.getMessage());
  }

  @Test
  void survivesAnyBytes() throws Exception {
    Random random = new Random(1);
    int read = 0;
    for (int variant = 0; variant < 2000; variant++) {
      byte[] changed = cache.clone();
      changed[20 + random.nextInt(changed.length - 20)] = (byte) random.nextInt(256);
      try {
        read += read(changed, Machine.X86_64).names().size();
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
      }
    }
    assertTrue(read > 0);
  }

  @Test
  void readsThisHosts() throws Exception {
    Path file = Path.of("/etc/ld.so.cache");
    List<String> paths = LdSoCache.read(file, Machine.ofHost()).find(LIBC);
    assertTrue(paths.stream().anyMatch(path -> path.endsWith("/libc.so.6")), paths.toString());
  }

  private LdSoCache read(byte[] bytes, Machine machine) throws IOException {
    return LdSoCache.read(Files.write(folder.resolve("cache"), bytes), machine);
  }

  private static byte[] cache(Library... libraries) {
    ByteBuffer cache = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    cache.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII)).putInt(libraries.length);
    int entry = 48;
    int text = 48 + libraries.length * 24;
    for (Library library : libraries) {
      byte[] name = (library.name() + "\0").getBytes(StandardCharsets.US_ASCII);
      byte[] path = (library.path() + "\0").getBytes(StandardCharsets.US_ASCII);
      cache.putInt(entry, library.flags()).putInt(entry + 4, text);
      cache.position(text).put(name);
      text += name.length;
      cache.putInt(entry + 8, text).put(path);
      text += path.length;
      entry += 24;
    }
    return Arrays.copyOf(cache.array(), text);
  }
}
