package dev.uprobe.agent.elf;

/**
 * One section header.
 *
 * @param name cut at 255 bytes
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param offset where it starts in the file, in bytes
 * @param size in bytes
 * @param link index of the section that this one refers to, such as its string table
 * @param alignment {@code sh_addralign}
 */
public record Section(
    String name, int type, long flags, long offset, long size, int link, long alignment) {
  static final int SYMTAB = 2;
  static final int RELA = 4;
  static final int NOTE = 7;
  static final int NOBITS = 8;
  static final int DYNSYM = 11;
  static final int GNU_VERDEF = 0x6ffffffd;
  static final int GNU_VERNEED = 0x6ffffffe;
  static final int GNU_VERSYM = 0x6fffffff;
  private static final long ALLOCATED = 2;

  boolean allocated() {
    return (flags & ALLOCATED) != 0;
  }
}
