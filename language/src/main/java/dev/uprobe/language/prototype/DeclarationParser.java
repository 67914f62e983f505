package dev.uprobe.language.prototype;

import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses one prototype by the grammar of C's declarations (C17, 6.7), without checking types. */
final class DeclarationParser {
  private static final int MAX_NESTING = 16;
  private static final Set<String> RESERVED = Set.of("return", "struct", "union", "enum");

  private final TokenStream tokens;
  private final Specifiers specifiers;
  private int nesting;

  DeclarationParser(TokenStream tokens) {
    this.tokens = tokens;
    this.specifiers = new Specifiers(tokens);
  }

  /** Parses the whole text as one declaration, with or without a semicolon at its end. */
  Declaration prototype() {
    Declaration declaration = declaration();
    tokens.accept(";");
    if (!tokens.atEnd()) {
      throw tokens.unexpected("the end of the prototype");
    }
    return declaration;
  }

  private Declaration declaration() {
    enter();
    int column = tokens.peek().column();
    BaseType base = specifiers.parse();
    Declarator declarator = declarator();
    nesting--;
    return new Declaration(base, declarator.name(), declarator.derivations(), column);
  }

  private void enter() {
    if (++nesting > MAX_NESTING) {
      throw new SyntaxException(
          tokens.peek().column(), "more than " + MAX_NESTING + " levels of nesting");
    }
  }

  private record Declarator(Optional<Token> name, List<Declaration.Derivation> derivations) {}

  private Declarator declarator() {
    int pointers = 0;
    while (specifiers.skipQualifier() || tokens.peek().is("*")) {
      if (tokens.accept("*")) {
        pointers++;
      }
    }
    Optional<Token> name = Optional.empty();
    List<Declaration.Derivation> derivations = new ArrayList<>();
    if (tokens.peek().is("(") && opensGroup()) {
      Declarator inner = group();
      name = inner.name();
      derivations.addAll(inner.derivations());
    } else if (tokens.peek().isWord()) {
      name = Optional.of(name());
    }
    skipTrailingAttributes();
    while (tokens.peek().is("(") || tokens.peek().is("[")) {
      derivations.add(tokens.peek().is("(") ? new Declaration.Function(parameters()) : array());
      skipTrailingAttributes();
    }
    derivations.addAll(Collections.nCopies(pointers, new Declaration.Pointer()));
    return new Declarator(name, derivations);
  }

  /**
   * Returns whether the parenthesis at hand groups, as in {@code (*f)}, and opens no parameter
   * list.
   */
  private boolean opensGroup() {
    Token first = tokens.peek(1);
    return first.is("*")
        || first.is("(")
        || first.isWord() && !Specifiers.startsType(first) && tokens.peek(2).is(")");
  }

  private Declarator group() {
    enter();
    tokens.expect("(");
    Declarator inner = declarator();
    tokens.expect(")");
    nesting--;
    return inner;
  }

  private Token name() {
    Token token = tokens.next();
    if (BaseTypes.isWord(token.text()) || RESERVED.contains(token.text())) {
      throw new SyntaxException(
          token.column(), "\"" + token.text() + "\" is a C keyword and cannot be a name");
    }
    return token;
  }

  private Declaration.Array array() {
    tokens.expect("[");
    StringBuilder length = new StringBuilder();
    while (!tokens.peek().is("]")) {
      if (tokens.atEnd()) {
        throw tokens.unexpected("\"]\"");
      }
      if (!specifiers.skipQualifier()) {
        length.append(tokens.next().text());
      }
    }
    tokens.expect("]");
    return new Declaration.Array(length.toString());
  }

  private List<Declaration> parameters() {
    tokens.expect("(");
    List<Declaration> parameters = new ArrayList<>();
    if (tokens.accept(")")) {
      return parameters;
    }
    while (!tokens.accept("...")) {
      parameters.add(declaration());
      if (!tokens.accept(",")) {
        break;
      }
    }
    tokens.expect(")");
    return parameters.size() == 1 && parameters.get(0).isVoid() ? List.of() : parameters;
  }

  /** Skips attributes after a declarator in headers, such as {@code __THROW __nonnull ((1))}. */
  private void skipTrailingAttributes() {
    while (tokens.peek().isWord()
        && (tokens.peek().text().startsWith("__") || tokens.peek().is("noexcept"))) {
      tokens.next();
      tokens.skipParentheses();
    }
  }
}
