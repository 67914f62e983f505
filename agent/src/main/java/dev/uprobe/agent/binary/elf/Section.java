package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.Optional;

/**
 * One section header.
 *
 * @param name cut at 255 bytes
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param address where it is in memory, before any load bias; 0 where it is not
 * @param offset where it starts in the file, in bytes
 * @param size in bytes
 * @param link index of the section that this one refers to, such as its string table
 * @param alignment {@code sh_addralign}
 */
public record Section(
    String name,
    int type,
    long flags,
    long address,
    long offset,
    long size,
    int link,
    long alignment) {
  static final int HEADER_SIZE = 64;

  /** Stands for a number of a section that does not fit into the ELF header. */
  static final int EXTENDED_INDEX = 0xffff;

  static final int SYMTAB = 2;
  static final int RELA = 4;
  static final int NOTE = 7;
  static final int NOBITS = 8;
  static final int DYNSYM = 11;
  static final int GNU_VERDEF = 0x6ffffffd;
  static final int GNU_VERNEED = 0x6ffffffe;
  static final int GNU_VERSYM = 0x6fffffff;
  private static final long ALLOCATED = 2;
  private static final long EXECUTABLE = 4;

  /** Names in linked files are short; the rest of a long one is not looked at. */
  private static final int MAX_NAME = 255;

  static Section read(Window table, long at, Optional<Window> names) throws IOException {
    return new Section(
        names.isPresent() ? names.get().text(table.u32(at), MAX_NAME) : "",
        (int) table.u32(at + 4),
        table.i64(at + 8),
        table.i64(at + 16),
        table.i64(at + 24),
        table.i64(at + 32),
        (int) table.u32(at + 40),
        table.i64(at + 48));
  }

  /** Whether it is code that is in the file. */
  public boolean executable() {
    return (flags & EXECUTABLE) != 0 && type != NOBITS;
  }

  boolean allocated() {
    return (flags & ALLOCATED) != 0;
  }
}
