package dev.uprobe.agent.events.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;

/** Escapes what JSON has to, and U+007F: a control character that JSON lets through. */
final class DeleteEscaped extends CharacterEscapes {
  private static final long serialVersionUID = 1L;
  private static final int DELETE = 0x7f;

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] codes = standardAsciiEscapesForJSON();
    codes[DELETE] = ESCAPE_STANDARD;
    return codes;
  }

  /** Jackson asks for none: every escape here is a standard one. */
  @Override
  public SerializableString getEscapeSequence(int character) {
    return null;
  }
}
