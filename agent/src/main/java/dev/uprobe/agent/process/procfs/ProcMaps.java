package dev.uprobe.agent.process.procfs;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code /proc/PID/maps} (proc_pid_maps(5)). */
public final class ProcMaps {
  /** The kernel's default allows 65,530 mappings; some programs ask for more. */
  static final int MAX_LINES = 1_000_000;

  static final long MAX_BYTES = 64L << 20;

  /** A path has 4,095 bytes at most, and an escaped byte takes four. */
  private static final int MAX_LINE = 4 * 4096 + 128;

  private static final Pattern SPACES = Pattern.compile(" +");

  private ProcMaps() {}

  /** Mappings in the order of their addresses. */
  public static List<Mapping> read(InputStream maps) throws IOException {
    List<Mapping> mappings = new ArrayList<>();
    long bytes = 0;
    InputStream in = new BufferedInputStream(maps);
    String line = nextLine(in);
    while (!line.isEmpty()) {
      bytes += line.length();
      if (mappings.size() == MAX_LINES || bytes > MAX_BYTES) {
        throw new IOException(
            "A process has more than " + mappings.size() + " memory mappings, which is too many");
      }
      mappings.add(parse(line));
      line = nextLine(in);
    }
    return mappings;
  }

  /** Such as {@code 7f8a0000-7f8a1000 r-xp 00001000 fd:01 123 /usr/lib/libc.so.6}. */
  static Mapping parse(String line) throws IOException {
    String[] fields = SPACES.split(line, 6);
    try {
      String[] range = fields[0].split("-", 2);
      String[] device = fields[3].split(":", 2);
      ShownPath shown = ShownPath.of(fields.length > 5 ? fields[5].replace("\\012", "\n") : "");
      return new Mapping(
          Long.parseUnsignedLong(range[0], 16),
          Long.parseUnsignedLong(range[1], 16),
          fields[1],
          Long.parseUnsignedLong(fields[2], 16),
          FileIdentity.of(
              Integer.parseUnsignedInt(device[0], 16),
              Integer.parseUnsignedInt(device[1], 16),
              Long.parseUnsignedLong(fields[4])),
          shown.path(),
          shown.deleted());
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("\"" + line + "\" is not a line of /proc/PID/maps", e);
    }
  }

  private static String nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (line.size() == MAX_LINE) {
        throw new IOException("A line of /proc/PID/maps has more than " + MAX_LINE + " bytes");
      }
      line.write(next);
      next = in.read();
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
