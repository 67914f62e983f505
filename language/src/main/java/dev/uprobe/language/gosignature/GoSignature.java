package dev.uprobe.language.gosignature;

import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The values that a Go function declaration describes.
 *
 * @param arguments the receiver and the parameters that can be read
 * @param results those that can be read: the first is {@code return}, the others {@code return2}
 *     and so on
 * @param unavailable names that cannot be used, with the reason for each
 * @param outOfReach those of them that stand for parameters and results
 */
public record GoSignature(
    List<Value> arguments,
    List<Value> results,
    Map<String, String> unavailable,
    Map<String, String> outOfReach) {
  private static final int MAX_LENGTH = 4096;
  private static final Pattern FUNC = Pattern.compile("func\\b");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*+");

  public GoSignature {
    arguments = List.copyOf(arguments);
    results = List.copyOf(results);
    unavailable = Collections.unmodifiableMap(new LinkedHashMap<>(unavailable));
    outOfReach = Collections.unmodifiableMap(new LinkedHashMap<>(outOfReach));
  }

  /** Returns whether a signature is one of Go: a prototype of C begins with a type. */
  public static boolean isGo(String text) {
    return new TextCursor(text).accept(FUNC).isPresent();
  }

  /**
   * Reads a declaration such as {@code func (c *Cart) Charge(customer string, cents int) error}.
   *
   * @throws SyntaxException if it is not a declaration, or if the registers of a type are unknown
   */
  public static GoSignature parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new SyntaxException(
          MAX_LENGTH + 1, "a signature has at most " + MAX_LENGTH + " characters");
    }
    TextCursor cursor = new TextCursor(text);
    cursor.accept(FUNC);
    GoTypeParser types = new GoTypeParser(cursor);
    GoEntries entries = new GoEntries(cursor, types);
    List<GoEntry> parameters = new ArrayList<>();
    if (cursor.startsWith("(")) {
      parameters.addAll(inParentheses(cursor, entries));
    }
    if (cursor.accept(NAME).isEmpty()) {
      throw cursor.expected("the function's name");
    }
    if (cursor.startsWith("[")) {
      throw new SyntaxException(
          cursor.column(),
          "a generic function takes a dictionary that its declaration does not show; leave the type"
              + " parameters out, and write dictionary unsafe.Pointer as its first parameter (of a"
              + " method, after the receiver)");
    }
    parameters.addAll(inParentheses(cursor, entries));
    List<GoEntry> results =
        cursor.startsWith("(")
            ? inParentheses(cursor, entries)
            : cursor.atEnd() ? List.of() : List.of(new GoEntry("", types.type(), cursor.column()));
    if (!cursor.atEnd()) {
      throw cursor.expected("the end");
    }
    return of(parameters, results);
  }

  private static List<GoEntry> inParentheses(TextCursor cursor, GoEntries entries) {
    if (!cursor.accept("(")) {
      throw cursor.expected("\"(\"");
    }
    List<GoEntry> list = entries.list(")");
    cursor.accept(")");
    return list;
  }

  private static GoSignature of(List<GoEntry> parameters, List<GoEntry> results) {
    Set<String> names = new TreeSet<>();
    List<Registers.Named> arguments = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      GoEntry each = parameters.get(i);
      String name =
          each.name().isEmpty() || each.name().equals("_") ? "arg" + (i + 1) : each.name();
      if (!names.add(name)) {
        throw new SyntaxException(each.column(), "two parameters are named " + name);
      }
      arguments.add(new Registers.Named(name, each.type()));
    }
    List<Registers.Named> returned = new ArrayList<>();
    Map<String, String> unavailable = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      String name = i == 0 ? Value.RETURN : Value.RETURN + (i + 1);
      returned.add(new Registers.Named(name, results.get(i).type()));
      String declared = results.get(i).name();
      if (!declared.isEmpty() && !names.contains(declared)) {
        unavailable.put(declared, "it is a result, which is called " + name + " here");
      }
    }
    if (results.isEmpty()) {
      unavailable.put(Value.RETURN, "the signature says that the function returns nothing");
    }
    Registers in = Registers.assign(arguments, Source.Argument::new);
    Registers out = Registers.assign(returned, Source.ReturnValue::new);
    Map<String, String> outOfReach = new LinkedHashMap<>(in.unavailable());
    outOfReach.putAll(out.unavailable());
    unavailable.putAll(outOfReach);
    return new GoSignature(in.values(), out.values(), unavailable, outOfReach);
  }
}
