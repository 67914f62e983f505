package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The notes of an ELF file, of which only the GNU build id matters here. */
final class Notes {
  /** Linked files have a handful of notes of some hundred bytes. */
  private static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_BUILD_ID = 64;
  private static final int GNU_BUILD_ID = 3;
  private static final byte[] GNU = {'G', 'N', 'U', 0};

  private Notes() {}

  static Optional<String> buildId(ElfFile file) throws IOException {
    for (Window notes : tables(file)) {
      Optional<String> id = buildId(notes);
      if (id.isPresent()) {
        return id;
      }
    }
    return Optional.empty();
  }

  private static List<Window> tables(ElfFile file) throws IOException {
    List<Window> tables = new ArrayList<>();
    long budget = MAX_BYTES;
    for (Section section : file.sections()) {
      if (section.type() == Section.NOTE && section.size() >= 0 && section.size() <= budget) {
        budget -= section.size();
        tables.add(file.table(section));
      }
    }
    // Separate debug files keep their sections only; files without sections have segments only.
    if (tables.isEmpty()) {
      for (Segment segment : file.segments()) {
        long size = segment.fileSize();
        if (segment.type() == Segment.NOTE && size >= 0 && size <= budget) {
          budget -= size;
          tables.add(file.table("notes", segment.offset(), size));
        }
      }
    }
    return tables;
  }

  private static Optional<String> buildId(Window notes) throws IOException {
    long at = 0;
    while (at + 12 <= notes.size()) {
      long nameSize = notes.u32(at);
      long size = notes.u32(at + 4);
      long contents = at + 12 + align(nameSize);
      boolean wanted =
          notes.u32(at + 8) == GNU_BUILD_ID
              && nameSize == GNU.length
              && size > 1
              && size <= MAX_BUILD_ID
              && Arrays.equals(notes.bytes(at + 12, GNU.length), GNU);
      if (wanted) {
        return Optional.of(HexFormat.of().formatHex(notes.bytes(contents, (int) size)));
      }
      at = contents + align(size);
    }
    return Optional.empty();
  }

  /** Notes are padded to four bytes, also in 64-bit files. */
  private static long align(long size) {
    return (size + 3) & ~3L;
  }
}
