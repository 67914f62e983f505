package dev.uprobe.agent.binary.dwarf;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of parameters that a C prototype can have, whatever the debug information calls them. */
final class CNames {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]{0,60}");

  /** Words that C, conditions and messages know already; a few can be names in other languages. */
  private static final Set<String> TAKEN =
      Set.of(
          "return",
          "duration",
          "struct",
          "union",
          "enum",
          "class",
          "void",
          "char",
          "short",
          "int",
          "long",
          "signed",
          "unsigned",
          "float",
          "double",
          "bool",
          "const",
          "volatile",
          "restrict",
          "register",
          "static",
          "extern",
          "inline");

  private final Set<String> used = new HashSet<>();

  /** Returns a name like this one that no earlier parameter has. */
  String parameter(String name, int number) {
    String wanted = identifier(name, "arg" + number);
    String free = TAKEN.contains(wanted) || used.contains(wanted) ? wanted + "_" + number : wanted;
    used.add(free);
    return free;
  }

  static String identifier(String name, String otherwise) {
    return IDENTIFIER.matcher(name).matches() ? name : otherwise;
  }
}
