package dev.uprobe.agent.binary.elf;

import dev.uprobe.agent.binary.demangle.Demangler;
import dev.uprobe.agent.binary.demangle.ReadableName;
import java.util.Optional;

/**
 * A function that a probe can sit on.
 *
 * @param name as the symbol table has it, mangled, without a version
 * @param version the version of the symbol, such as {@code GLIBC_2.14}
 * @param defaultVersion whether programs that are linked now get this version
 * @param address before any load bias
 * @param size in bytes; 0 where unknown
 * @param ifunc whether the code at the address is only a resolver that the dynamic linker calls
 *     once to choose the implementation ({@code STT_GNU_IFUNC})
 * @param fileOffset where the code is in the file, in bytes
 */
public record Function(
    String name,
    Optional<String> version,
    boolean defaultVersion,
    long address,
    long size,
    boolean ifunc,
    long fileOffset) {

  /** The name as programmers write it, with parameters where the symbol tells them. */
  public String readableName() {
    return Demangler.readable(name);
  }

  /** The name as programmers write it, without parameters. */
  public String shortName() {
    return Demangler.read(name)
        .filter(readable -> readable.suffix().isEmpty())
        .map(ReadableName::name)
        .orElseGet(this::readableName);
  }

  /** The name with its version, as linkers write it. */
  public String versionedName() {
    return version.map(v -> name + (defaultVersion ? "@@" : "@") + v).orElse(name);
  }
}
