package dev.uprobe.agent.binary.demangle;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the names of symbols readable.
 *
 * <p>Names come from files that may be hostile: time and memory are bounded, and a name that cannot
 * be read stays as it is.
 */
public final class Demangler {
  private static final int MAX_LENGTH = 4096;

  /** Says only which module a function of link-time optimisation is from. */
  private static final Pattern MODULE = Pattern.compile("\\.llvm\\.[0-9]+");

  private Demangler() {}

  /** Returns whether a symbol is mangled by its looks. */
  public static boolean isMangled(String symbol) {
    return symbol.startsWith("_Z") || symbol.startsWith("_R");
  }

  /**
   * Reads a C++ name (Itanium C++ ABI, "External Names") or a Rust name (RFC 2603, and the older
   * scheme that is made of C++ names).
   *
   * @return empty for a symbol that is not mangled, or not in a way that is known here
   */
  public static Optional<ReadableName> read(String symbol) {
    if (!isMangled(symbol) || symbol.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Optional<ReadableName> legacy = RustLegacyName.read(symbol);
    if (legacy.isPresent()) {
      return legacy;
    }
    // Compilers append dots and words to a function's symbol for what they split or clone.
    int dot = symbol.indexOf('.');
    String name = dot < 0 ? symbol : symbol.substring(0, dot);
    String suffix = dot < 0 ? "" : MODULE.matcher(symbol.substring(dot)).replaceAll("");
    try {
      return Optional.of(
          symbol.startsWith("_R")
              ? new RustName(name).read(suffix)
              : new CxxName(name).read(suffix));
    } catch (MangledName.Unreadable e) {
      return Optional.empty();
    }
  }

  /** Returns a symbol's readable name with parameters, or the symbol where it has none. */
  public static String readable(String symbol) {
    return read(symbol).map(ReadableName::full).orElse(symbol);
  }
}
