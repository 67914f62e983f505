package dev.uprobe.agent.binary.elf;

import java.util.Optional;

/**
 * A symbol's name as linkers write it: {@code memcpy}, {@code memcpy@GLIBC_2.2.5} or {@code
 * memcpy@@GLIBC_2.14}, where two signs mark the version that programs get by default.
 */
public record VersionedName(String name, Optional<String> version, boolean defaultVersion) {

  public static VersionedName parse(String text) {
    int at = text.indexOf('@');
    if (at <= 0 || at == text.length() - 1) {
      return new VersionedName(text, Optional.empty(), false);
    }
    boolean isDefault = text.startsWith("@@", at);
    String version = text.substring(at + (isDefault ? 2 : 1));
    return new VersionedName(text.substring(0, at), Optional.of(version), isDefault);
  }

  /** Whether a user who writes this name means the function; one sign means any such version. */
  public boolean accepts(Function function) {
    return name.equals(function.name())
        && (version.isEmpty() || version.equals(function.version()))
        && (!defaultVersion || function.defaultVersion());
  }
}
