package dev.uprobe.language.gosignature;

import dev.uprobe.language.text.TextCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads a list of parameters, results or fields: all have names, which may share a type, or none
 * has one.
 */
final class GoEntries {
  private static final String KEYWORDS = "(?!(?:map|chan|func|interface|struct)\\b)";
  private static final Pattern NAMED =
      Pattern.compile(KEYWORDS + "([A-Za-z_][A-Za-z_0-9]*+)\\s+(?=[A-Za-z_*\\[(<.])");
  private static final Pattern SINGLE =
      Pattern.compile(KEYWORDS + "([A-Za-z_][A-Za-z_0-9]*+)\\s*(?=[,)])");

  private final TextCursor cursor;
  private final GoTypeParser types;

  GoEntries(TextCursor cursor, GoTypeParser types) {
    this.cursor = cursor;
    this.types = types;
  }

  /** Reads entries up to a mark, without consuming it. */
  List<GoEntry> list(String... ends) {
    List<GoEntry> read = new ArrayList<>();
    boolean named = false;
    while (!atEnd(ends)) {
      int column = cursor.column();
      Optional<String> name = name(NAMED);
      Optional<String> single = name.isPresent() ? Optional.empty() : name(SINGLE);
      named |= name.isPresent();
      // A single word may be a name or a type: the next token decides.
      read.add(
          single.isPresent()
              ? new GoEntry(single.get(), null, column)
              : new GoEntry(name.orElse(""), types.type(), column));
      if (!cursor.accept(",") && !atEnd(ends)) {
        throw cursor.expected("\",\" or \"" + ends[0] + "\"");
      }
    }
    return named ? sharing(read) : unnamed(read);
  }

  private boolean atEnd(String... ends) {
    for (String end : ends) {
      if (cursor.startsWith(end)) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> name(Pattern pattern) {
    return cursor.accept(pattern).map((MatchResult match) -> match.group(1));
  }

  private List<GoEntry> sharing(List<GoEntry> read) {
    List<GoEntry> entries = new ArrayList<>();
    GoEntry next = null;
    for (int i = read.size() - 1; i >= 0; i--) {
      GoEntry each = read.get(i);
      if (each.type() == null && next == null) {
        throw cursor.expected("a type after " + each.name());
      }
      next = each.type() == null ? new GoEntry(each.name(), next.type(), each.column()) : each;
      entries.add(0, next);
    }
    return entries;
  }

  private static List<GoEntry> unnamed(List<GoEntry> read) {
    return read.stream()
        .map(
            each ->
                each.type() == null
                    ? new GoEntry("", GoTypeParser.named(each), each.column())
                    : each)
        .toList();
  }
}
