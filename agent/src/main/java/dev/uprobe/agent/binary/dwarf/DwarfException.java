package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;

/** Debug information that cannot be used; the message names the file. */
public final class DwarfException extends IOException {
  private static final long serialVersionUID = 1L;

  DwarfException(String file, String problem) {
    super(file + " " + problem);
  }
}
