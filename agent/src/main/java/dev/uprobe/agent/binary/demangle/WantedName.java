package dev.uprobe.agent.binary.demangle;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A function's name as a user writes it: with or without parameters, spaces and template arguments.
 */
public final class WantedName {
  /** {@code const T}, which mangled names say as {@code T const}. */
  private static final Pattern LEADING_CONST =
      Pattern.compile("(?<=[(,<])const ((?:unsigned |signed |long |short )*[\\w:]+)");

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");
  private static final String ANY_PARAMETERS = "(*)";

  private final String text;
  private final int parameters;

  /** Takes a name as it stands in a YAML. */
  public WantedName(String text) {
    this.text = normal(text);
    this.parameters = parameters(this.text);
  }

  /** Returns a name without the spaces that mean nothing. */
  private static String normal(String name) {
    String shortened = StandardNames.shortened(name);
    String constBehind = LEADING_CONST.matcher(spaceless(shortened)).replaceAll("$1 const");
    return spaceless(constBehind);
  }

  /** Only a space between two words means something: {@code unsigned int}. */
  private static String spaceless(String text) {
    if (text.indexOf(' ') < 0) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    boolean spaced = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        spaced = true;
        continue;
      }
      boolean divides =
          spaced
              && !kept.isEmpty()
              && Character.isJavaIdentifierPart(kept.charAt(kept.length() - 1))
              && Character.isJavaIdentifierPart(c);
      kept.append(divides ? " " : "").append(c);
      spaced = false;
    }
    return kept.toString();
  }

  /** Returns where the list of parameters begins; at the end where there is none. */
  private static int parameters(String name) {
    int open = 0;
    int from = -1;
    for (int i = name.length() - 1; i >= 0; i--) {
      char c = name.charAt(i);
      if (c == ')') {
        open++;
      } else if (c == '(' && --open == 0) {
        from = i;
        break;
      }
    }
    boolean isPartOfName =
        from <= 0
            || name.startsWith("(anonymous namespace)", from)
            || name.startsWith("()", from) && name.startsWith("operator", from - 8);
    return isPartOfName ? name.length() : from;
  }

  /** Returns whether the user gives parameters, or any with {@code (*)}. */
  public boolean hasParameters() {
    return parameters < text.length();
  }

  /** Returns whether the name stands for this very function, parameters and all. */
  public boolean isFully(ReadableName function) {
    String full = function.full();
    return text.equals(spaceless(full)) || text.equals(spaceless(function.result() + full));
  }

  /** Returns whether the name stands for this function among others that differ in parameters. */
  public boolean isShortFor(ReadableName function) {
    return function.suffix().isEmpty()
        && (text.equals(spaceless(function.name())) || text.equals(spaceless(function.plain())));
  }

  /** Returns the pattern for names, which stands before the parameters. */
  public String pattern() {
    return text.substring(0, parameters);
  }

  /** Returns whether the parameters are as a user wants them, who may not care. */
  public boolean accepts(ReadableName function) {
    String wanted = text.substring(parameters);
    return wanted.isEmpty()
        || wanted.equals(ANY_PARAMETERS)
        || wanted.equals(spaceless(function.parameters()));
  }

  /**
   * Returns a text that every symbol contains which stands for this name; empty where there is none
   * that is known.
   */
  public String clue() {
    String name = pattern();
    int last = name.lastIndexOf("::");
    String part = name.substring(last < 0 ? 0 : last + 2);
    boolean isPlain = IDENTIFIER.matcher(part).matches();
    String scope = last < 0 ? "" : name.substring(0, last);
    boolean isConstructor = scope.equals(part) || scope.endsWith("::" + part);
    return isPlain && !isConstructor && !part.toLowerCase(Locale.ROOT).startsWith("operator")
        ? part
        : "";
  }
}
