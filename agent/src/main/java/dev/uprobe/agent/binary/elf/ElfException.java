package dev.uprobe.agent.binary.elf;

import java.io.IOException;

/**
 * A file that cannot be used as an ELF file; the message names the file and what is wrong with it.
 */
public final class ElfException extends IOException {
  private static final long serialVersionUID = 1L;

  public ElfException(String file, String problem) {
    super(file + " " + problem);
  }
}
