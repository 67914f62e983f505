package dev.uprobe.language.prototype;

import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values that a C prototype describes.
 *
 * @param function the name in the prototype, which need not be that of a traced symbol
 * @param arguments the integer and pointer parameters, in order
 * @param returnType empty for a function that returns nothing in an integer register
 * @param unavailable parameters, or {@code return}, that cannot be captured, with the reason for
 *     each
 */
public record Signature(
    String function,
    List<Value> arguments,
    Optional<ValueType> returnType,
    Map<String, String> unavailable) {

  /** The longest prototype that is read, in characters. */
  public static final int MAX_LENGTH = 4096;

  /** Why the return value of a void function is not available. */
  public static final String RETURNS_NOTHING =
      "the signature says that the function returns nothing (void)";

  public Signature {
    arguments = List.copyOf(arguments);
    unavailable = Collections.unmodifiableMap(new LinkedHashMap<>(unavailable));
  }

  /**
   * Reads a prototype such as {@code int charge_card(const char *customer, unsigned long cents)}.
   *
   * @throws SyntaxException if it is not a prototype, or has a parameter that cannot be captured
   *     and makes the position of the next ones unknown
   */
  public static Signature parse(String text) {
    return parse(text, false);
  }

  /**
   * Reads a prototype that may be a method's, as {@link #parse(String)} does.
   *
   * @param isMethod whether the first parameter is an object, and thus not a buffer
   */
  public static Signature parse(String text, boolean isMethod) {
    if (text.length() > MAX_LENGTH) {
      throw new SyntaxException(
          MAX_LENGTH + 1, "a signature has at most " + MAX_LENGTH + " characters");
    }
    Declaration declaration =
        new DeclarationParser(new TokenStream(Lexer.tokens(text))).prototype();
    Optional<Declaration.Function> function =
        declaration.derivations().stream()
            .findFirst()
            .filter(Declaration.Function.class::isInstance)
            .map(Declaration.Function.class::cast);
    if (function.isEmpty()) {
      throw new SyntaxException(
          declaration.nameColumn(), "expected a function, such as int name(int first)");
    }
    String name =
        declaration
            .name()
            .orElseThrow(
                () ->
                    new SyntaxException(
                        declaration.column(),
                        "expected a return type and a name, such as int name(int first)"))
            .text();
    return of(name, returned(declaration), ParameterList.of(function.get().parameters(), isMethod));
  }

  private static Declaration returned(Declaration function) {
    List<Declaration.Derivation> derivations = function.derivations();
    return new Declaration(
        function.base(),
        Optional.empty(),
        derivations.subList(1, derivations.size()),
        function.column());
  }

  private static Signature of(String name, Declaration returned, ParameterList list) {
    Map<String, String> unavailable = new LinkedHashMap<>(list.unavailable());
    Optional<ValueType> returnType = Optional.empty();
    if (returned.derivations().isEmpty() && returned.base() instanceof BaseType.Void) {
      unavailable.put(Value.RETURN, RETURNS_NOTHING);
    } else if (Passing.floating(returned).isPresent()) {
      unavailable.put(Value.RETURN, Passing.whyNotRead(Passing.floating(returned).get()));
    } else {
      returnType = Optional.of(Passing.valueType(returned));
    }
    return new Signature(name, list.values(), returnType, unavailable);
  }
}
