package dev.uprobe.agent.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A 64-bit little-endian program or shared library. Whatever the file says is checked before it is
 * believed: a hostile file gives an {@link ElfException} and costs bounded time and memory.
 *
 * <p>The format is the one of the System V ABI, "Object Files" and "Program Loading".
 */
public final class ElfFile implements AutoCloseable {
  /** Linux refuses to run programs whose program headers have more than 64 KiB. */
  static final int MAX_SEGMENTS = 64 * 1024 / 56;

  /** More need the extended numbering that only object files with a section a function use. */
  static final int MAX_SECTIONS = 65_535;

  /** Section names of linked files are short; the rest of a long one is not looked at. */
  static final int MAX_SECTION_NAME = 255;

  private final String name;
  private final Bytes bytes;
  private final ElfHeader header;
  private final List<Segment> segments;
  private final List<Section> sections;

  private ElfFile(String name, Bytes bytes) throws IOException {
    this.name = name;
    this.bytes = bytes;
    this.header = ElfHeader.read(name, bytes);
    this.segments = readSegments();
    this.sections = readSections();
  }

  /** Opens a file, which may be one of {@code /proc/self/fd}. */
  public static ElfFile open(Path path) throws IOException {
    return open(path, path.toString());
  }

  /**
   * Opens a file.
   *
   * @param name what messages call the file
   */
  public static ElfFile open(Path path, String name) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(name, null, "there is no such file");
    }
    // Opening a named pipe would block, and reading a device may do anything.
    if (!Files.isRegularFile(path)) {
      throw new ElfException(name, "is not a regular file; name a program or a library");
    }
    return open(Bytes.ofFile(path), name);
  }

  /** Takes over the bytes: they are closed with the file, or at once if they are no ELF file. */
  static ElfFile open(Bytes bytes, String name) throws IOException {
    try {
      return new ElfFile(name, bytes);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  public String name() {
    return name;
  }

  public Machine machine() {
    return header.machine();
  }

  /** Whether the file is loaded at an address that is only known at run time. */
  public boolean positionIndependent() {
    return header.positionIndependent();
  }

  public List<Segment> segments() {
    return segments;
  }

  public List<Section> sections() {
    return sections;
  }

  /** The position in the file of an executable address; empty where there is no code. */
  public OptionalLong fileOffset(long address) {
    return segments.stream()
        .filter(Segment::executable)
        .map(segment -> segment.fileOffset(address))
        .flatMapToLong(OptionalLong::stream)
        .filter(offset -> offset < bytes.size())
        .findFirst();
  }

  /** The GNU build id in lower-case hexadecimal digits. */
  public Optional<String> buildId() throws IOException {
    return Notes.buildId(this);
  }

  /** The separate file with debug symbols that the file names. */
  public Optional<DebugLink> debugLink() throws IOException {
    Optional<Section> section = section(".gnu_debuglink");
    return section.isPresent() ? DebugLink.read(table(section.get())) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  Optional<Section> section(String sectionName) {
    return sections.stream().filter(section -> section.name().equals(sectionName)).findFirst();
  }

  Optional<Section> section(int type) {
    return sections.stream().filter(section -> section.type() == type).findFirst();
  }

  Section linked(Section section) throws ElfException {
    if (section.link() < 0 || section.link() >= sections.size()) {
      throw damaged("section " + section.name() + " refers to a section that does not exist");
    }
    return sections.get(section.link());
  }

  /** The contents of a section; empty where it takes no space in the file. */
  Window table(Section section) throws ElfException {
    boolean absent = section.type() == Section.NOBITS;
    return absent
        ? new Window(name, section.name(), bytes, 0, 0)
        : table("section " + section.name(), section.offset(), section.size());
  }

  Window table(String what, long offset, long size) throws ElfException {
    if (offset < 0 || size < 0 || offset > bytes.size() || size > bytes.size() - offset) {
      throw new ElfException(
          name, "is cut short: it ends inside its " + what + "; copy or build it again");
    }
    return new Window(name, what, bytes, offset, size);
  }

  /** The position in the file of an address of code or data. */
  OptionalLong dataOffset(long address) {
    return segments.stream()
        .filter(Segment::loaded)
        .map(segment -> segment.fileOffset(address))
        .flatMapToLong(OptionalLong::stream)
        .filter(offset -> offset < bytes.size())
        .findFirst();
  }

  ElfException damaged(String problem) {
    return new ElfException(name, "is damaged: " + problem);
  }

  ElfException tooLarge(String what, long count, long limit) {
    return new ElfException(
        name, "has " + Long.toUnsignedString(count) + " " + what + ", over the limit of " + limit);
  }

  private List<Segment> readSegments() throws IOException {
    int count = header.programHeaderCount();
    if (count > MAX_SEGMENTS) {
      throw tooLarge("program headers", count, MAX_SEGMENTS);
    }
    Window table = table("program headers", count == 0 ? 0 : header.programHeaders(), count * 56L);
    List<Segment> read = new ArrayList<>(count);
    for (long at = 0; at < table.size(); at += 56) {
      read.add(
          new Segment(
              (int) table.u32(at),
              (int) table.u32(at + 4),
              table.i64(at + 8),
              table.i64(at + 16),
              table.i64(at + 32),
              table.i64(at + 48)));
    }
    return List.copyOf(read);
  }

  private List<Section> readSections() throws IOException {
    if (header.sectionHeaders() == 0) {
      return List.of();
    }
    // With 65,280 sections and more, the first header's size field holds the count.
    Window first = table("section headers", header.sectionHeaders(), 64);
    long count = header.sectionHeaderCount() == 0 ? first.i64(32) : header.sectionHeaderCount();
    if (count < 0 || count > MAX_SECTIONS) {
      throw tooLarge("sections", count, MAX_SECTIONS);
    }
    Window table = table("section headers", header.sectionHeaders(), count * 64);
    long nameIndex = header.sectionNames() == 0xffff ? first.u32(40) : header.sectionNames();
    if (nameIndex >= Math.max(1, count)) {
      throw damaged("the section with the sections' names does not exist");
    }
    Window names =
        nameIndex == 0
            ? new Window(name, "section names", bytes, 0, 0)
            : table(
                "section names", table.i64(nameIndex * 64 + 24), table.i64(nameIndex * 64 + 32));
    List<Section> read = new ArrayList<>((int) count);
    for (long at = 0; at < table.size(); at += 64) {
      long nameOffset = table.u32(at);
      read.add(
          new Section(
              names.size() == 0 ? "" : names.text(nameOffset, MAX_SECTION_NAME),
              (int) table.u32(at + 4),
              table.i64(at + 8),
              table.i64(at + 24),
              table.i64(at + 32),
              (int) table.u32(at + 40),
              table.i64(at + 48)));
    }
    return List.copyOf(read);
  }
}
