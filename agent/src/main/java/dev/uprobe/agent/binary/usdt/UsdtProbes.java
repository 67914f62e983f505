package dev.uprobe.agent.binary.usdt;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Glob;
import dev.uprobe.agent.binary.elf.Section;
import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The static probes of a file: notes of the owner {@code stapsdt} and type 3, of which sys/sdt.h
 * writes one for each place.
 */
public final class UsdtProbes {
  private static final String NOTES = ".note.stapsdt";
  private static final String BASE = ".stapsdt.base";
  private static final int TYPE = 3;
  private static final byte[] OWNER = "stapsdt\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 12;
  private static final int ADDRESSES = 3 * Long.BYTES;

  /** Databases and language runtimes have some hundred. */
  private static final int MAX_PROBES = 65_536;

  private static final int MAX_TEXT = 1024;

  private UsdtProbes() {}

  /** Returns those whose {@code provider:name} a glob matches, in the order of the file. */
  public static List<UsdtProbe> of(ElfFile file, String glob) throws IOException {
    Glob wanted = new Glob(glob);
    return of(file).stream().filter(each -> wanted.matches(each.fullName())).toList();
  }

  /** Returns all of them, in the order of the file. */
  public static List<UsdtProbe> of(ElfFile file) throws IOException {
    Optional<Section> section = file.section(NOTES);
    if (section.isEmpty()) {
      return List.of();
    }
    OptionalLong base =
        file.sections().stream()
            .filter(each -> each.name().equals(BASE))
            .mapToLong(Section::address)
            .findFirst();
    Window notes = file.table(section.get());
    List<UsdtProbe> found = new ArrayList<>();
    long at = 0;
    while (at + HEAD <= notes.size()) {
      long ownerSize = notes.u32(at);
      long size = notes.u32(at + 4);
      long contents = at + HEAD + align(ownerSize);
      boolean wanted =
          notes.u32(at + 8) == TYPE
              && ownerSize == OWNER.length
              && size > ADDRESSES
              && Arrays.equals(notes.bytes(at + HEAD, OWNER.length), OWNER);
      if (wanted) {
        probe(file, notes, contents, base).ifPresent(found::add);
        if (found.size() > MAX_PROBES) {
          throw file.tooLarge("static probes", found.size(), MAX_PROBES);
        }
      }
      at = contents + align(size);
    }
    return List.copyOf(found);
  }

  /** Where the file was prelinked, its addresses have moved since the note was written. */
  private static Optional<UsdtProbe> probe(ElfFile file, Window notes, long at, OptionalLong base)
      throws IOException {
    long moved = base.isPresent() ? base.getAsLong() - notes.i64(at + 8) : 0;
    long address = notes.i64(at) + moved;
    long semaphore = notes.i64(at + 16);
    String provider = notes.text(at + ADDRESSES, MAX_TEXT);
    long nameAt = at + ADDRESSES + length(provider) + 1;
    String name = notes.text(nameAt, MAX_TEXT);
    String arguments = notes.text(nameAt + length(name) + 1, MAX_TEXT);
    OptionalLong offset = file.fileOffset(address);
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    long counter = 0;
    if (semaphore != 0) {
      counter =
          file.dataOffset(semaphore + moved)
              .orElseThrow(
                  () ->
                      file.damaged("its static probe " + name + " has a semaphore outside of it"));
    }
    return Optional.of(
        new UsdtProbe(provider, name, address, offset.getAsLong(), counter, arguments));
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static long align(long size) {
    return (size + 3) & ~3L;
  }
}
