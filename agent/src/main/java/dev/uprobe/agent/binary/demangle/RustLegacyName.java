package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the names that Rust's compiler wrote before RFC 2603 and still can: C++ names of which the
 * last part is a hash, and special characters are words between dollar signs.
 */
final class RustLegacyName {
  private static final Pattern NAME =
      Pattern.compile("_ZN(.*?)17h[0-9a-f]{16}E(?:\\.llvm\\.[0-9A-F]+)?(\\..*)?");
  private static final Pattern ESCAPED = Pattern.compile("\\$([A-Za-z0-9]+)\\$|\\.\\.|\\.");
  private static final Map<String, String> WORDS =
      Map.of("SP", "@", "BP", "*", "RF", "&", "LT", "<", "GT", ">", "LP", "(", "RP", ")", "C", ",");

  private RustLegacyName() {}

  static Optional<ReadableName> read(String symbol) {
    if (!symbol.contains("17h")) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(symbol);
    if (!name.matches()) {
      return Optional.empty();
    }
    MangledName in = new MangledName(name.group(1), 0);
    List<String> parts = new ArrayList<>();
    try {
      while (!in.atEnd()) {
        parts.add(readable(in.take(in.number())));
      }
    } catch (MangledName.Unreadable e) {
      return Optional.empty();
    }
    String path = String.join("::", parts);
    String suffix = name.group(2) == null ? "" : name.group(2);
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(new ReadableName(path, path, "", "", suffix));
  }

  private static String readable(String part) {
    // What begins with an escape has an underscore in front of it.
    String escaped = part.startsWith("_$") ? part.substring(1) : part;
    return ESCAPED.matcher(escaped).replaceAll(RustLegacyName::replacement);
  }

  private static String replacement(MatchResult found) {
    String text = found.group();
    if (text.equals("..")) {
      return "::";
    }
    return Matcher.quoteReplacement(text.equals(".") ? "." : word(found.group(1)).orElse(text));
  }

  private static Optional<String> word(String code) {
    if (code.matches("u[0-9a-f]{1,6}")) {
      int character = Integer.parseInt(code.substring(1), 16);
      return Character.isValidCodePoint(character) && !Character.isISOControl(character)
          ? Optional.of(Character.toString(character))
          : Optional.empty();
    }
    return Optional.ofNullable(WORDS.get(code));
  }
}
