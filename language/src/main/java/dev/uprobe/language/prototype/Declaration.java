package dev.uprobe.language.prototype;

import java.util.List;
import java.util.Optional;

/**
 * A declared function or parameter.
 *
 * @param base the type at the bottom
 * @param name empty for an unnamed parameter
 * @param derivations pointers, arrays and functions between name and base, nearest the name first:
 *     for {@code char *argv[]} an array, then a pointer
 * @param column where the declaration begins, from 1
 */
record Declaration(BaseType base, Optional<Token> name, List<Derivation> derivations, int column) {

  Declaration {
    derivations = List.copyOf(derivations);
  }

  sealed interface Derivation {}

  record Pointer() implements Derivation {}

  /**
   * An array; as a parameter it is a pointer.
   *
   * @param length the words between the brackets, such as {@code .count} in man pages
   */
  record Array(String length) implements Derivation {}

  record Function(List<Declaration> parameters) implements Derivation {
    Function {
      parameters = List.copyOf(parameters);
    }
  }

  /** Returns whether this is the {@code void} of an empty list of parameters. */
  boolean isVoid() {
    return base instanceof BaseType.Void && derivations.isEmpty() && name.isEmpty();
  }

  /** Returns whether this is a {@code void *} or {@code void []}. */
  boolean isBuffer() {
    return base instanceof BaseType.Void
        && derivations.size() == 1
        && !(derivations.get(0) instanceof Function);
  }

  /** Returns the column of the name, or else of the declaration. */
  int nameColumn() {
    return name.map(Token::column).orElse(column);
  }
}
