package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A 64-bit little-endian program or shared library. Whatever the file says is checked before it is
 * believed: a hostile file gives an {@link ElfException} and costs bounded time and memory.
 *
 * <p>The format is the one of the System V ABI, "Object Files" and "Program Loading".
 */
public final class ElfFile implements AutoCloseable {
  /** Linux refuses to run programs whose program headers have more than 64 KiB. */
  static final int MAX_SEGMENTS = 64 * 1024 / Segment.HEADER_SIZE;

  /** More need the extended numbering that only object files with a section a function use. */
  static final int MAX_SECTIONS = 65_535;

  /** The largest function that generators of code have been seen to make has about 2 MiB. */
  public static final int MAX_CODE = 8 << 20;

  private static final int CODE_CHUNK = 32 * 1024;

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
    return offset(address, Segment::executable);
  }

  /** Whether an address lies in the stubs by which the file calls other files' functions. */
  public boolean inStubs(long address) {
    return sections.stream()
        .filter(section -> section.executable() && section.name().startsWith(".plt"))
        .anyMatch(section -> Long.compareUnsigned(address - section.address(), section.size()) < 0);
  }

  /** The address of code at a position in the file; empty where there is none. */
  public OptionalLong codeAddress(long fileOffset) {
    return segments.stream()
        .filter(Segment::executable)
        .flatMapToLong(segment -> segment.addressAt(fileOffset).stream())
        .findFirst();
  }

  /**
   * The instructions at an address.
   *
   * @param length in bytes, at most {@value #MAX_CODE}
   */
  public byte[] code(long address, int length) throws IOException {
    OptionalLong offset = fileOffset(address);
    if (offset.isEmpty() || length < 0 || length > MAX_CODE) {
      throw damaged("it has no " + length + " bytes of code at 0x" + Long.toHexString(address));
    }
    Window window = table("code", offset.getAsLong(), length);
    byte[] code = new byte[length];
    for (int at = 0; at < length; at += CODE_CHUNK) {
      byte[] chunk = window.bytes(at, Math.min(CODE_CHUNK, length - at));
      System.arraycopy(chunk, 0, code, at, chunk.length);
    }
    return code;
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

  public Optional<Section> section(String sectionName) {
    return sections.stream().filter(section -> section.name().equals(sectionName)).findFirst();
  }

  public Optional<Section> section(int type) {
    return sections.stream().filter(section -> section.type() == type).findFirst();
  }

  Section linked(Section section) throws ElfException {
    if (section.link() < 0 || section.link() >= sections.size()) {
      throw damaged("section " + section.name() + " refers to a section that does not exist");
    }
    return sections.get(section.link());
  }

  /** The contents of a section; empty where it takes no space in the file. */
  public Window table(Section section) throws ElfException {
    boolean absent = section.type() == Section.NOBITS;
    return absent
        ? new Window(name, section.name(), bytes, 0, 0)
        : table("section " + section.name(), section.offset(), section.size());
  }

  public Window table(String what, long offset, long size) throws ElfException {
    if (offset < 0 || size < 0 || offset > bytes.size() || size > bytes.size() - offset) {
      throw new ElfException(
          name, "is cut short: it ends inside its " + what + "; copy or build it again");
    }
    return new Window(name, what, bytes, offset, size);
  }

  /** The position in the file of an address of code or data. */
  public OptionalLong dataOffset(long address) {
    return offset(address, Segment::loaded);
  }

  public ElfException damaged(String problem) {
    return new ElfException(name, "is damaged: " + problem);
  }

  public ElfException tooLarge(String what, long count, long limit) {
    return new ElfException(
        name, "has " + Long.toUnsignedString(count) + " " + what + ", over the limit of " + limit);
  }

  private OptionalLong offset(long address, Predicate<Segment> kind) {
    return segments.stream()
        .filter(kind)
        .map(segment -> segment.fileOffset(address))
        .flatMapToLong(OptionalLong::stream)
        .filter(offset -> offset < bytes.size())
        .findFirst();
  }

  private List<Segment> readSegments() throws IOException {
    int count = header.programHeaderCount();
    if (count > MAX_SEGMENTS) {
      throw tooLarge("program headers", count, MAX_SEGMENTS);
    }
    long size = (long) count * Segment.HEADER_SIZE;
    Window table = table("program headers", count == 0 ? 0 : header.programHeaders(), size);
    List<Segment> read = new ArrayList<>(count);
    for (long at = 0; at < size; at += Segment.HEADER_SIZE) {
      read.add(Segment.read(table, at));
    }
    return List.copyOf(read);
  }

  private List<Section> readSections() throws IOException {
    if (header.sectionHeaders() == 0) {
      return List.of();
    }
    // Numbers that do not fit into the ELF header are in the first section header.
    Section first = Section.read(sectionHeaders(1), 0, Optional.empty());
    long count = header.sectionHeaderCount() == 0 ? first.size() : header.sectionHeaderCount();
    if (count < 0 || count > MAX_SECTIONS) {
      throw tooLarge("sections", count, MAX_SECTIONS);
    }
    Window table = sectionHeaders(count);
    long namesIndex =
        header.sectionNames() == Section.EXTENDED_INDEX ? first.link() : header.sectionNames();
    if (namesIndex < 0 || namesIndex >= Math.max(1, count)) {
      throw damaged("the section with the sections' names does not exist");
    }
    Optional<Window> names = Optional.empty();
    if (namesIndex > 0) {
      Section section = Section.read(table, namesIndex * Section.HEADER_SIZE, Optional.empty());
      names = Optional.of(table("section names", section.offset(), section.size()));
    }
    List<Section> read = new ArrayList<>((int) count);
    for (long at = 0; at < table.size(); at += Section.HEADER_SIZE) {
      read.add(Section.read(table, at, names));
    }
    return List.copyOf(read);
  }

  private Window sectionHeaders(long count) throws ElfException {
    return table("section headers", header.sectionHeaders(), count * Section.HEADER_SIZE);
  }
}
