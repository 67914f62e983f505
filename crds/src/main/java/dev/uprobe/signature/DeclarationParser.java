package dev.uprobe.signature;

import dev.uprobe.text.SyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses one prototype by the grammar of C's declarations (C17, 6.7), without checking types. */
final class DeclarationParser {
  private static final int MAX_NESTING = 16;
  private static final Set<String> QUALIFIERS =
      Set.of(
          "const",
          "volatile",
          "restrict",
          "__const",
          "__volatile__",
          "__restrict",
          "__restrict__",
          "register",
          "static",
          "extern",
          "inline",
          "__inline",
          "__inline__",
          "_Noreturn",
          "__extension__");
  private static final Set<String> RESERVED = Set.of("return", "struct", "union", "enum", "class");

  private final List<Token> tokens;
  private int position;
  private int nesting;

  DeclarationParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Parses the whole text as one declaration, with or without a semicolon at its end. */
  Declaration prototype() {
    Declaration declaration = declaration();
    accept(";");
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("the end of the prototype");
    }
    return declaration;
  }

  private Declaration declaration() {
    if (++nesting > MAX_NESTING) {
      throw new SyntaxException(peek().column(), "more than " + MAX_NESTING + " levels of nesting");
    }
    int column = peek().column();
    BaseType base = specifiers();
    Declarator declarator = declarator();
    nesting--;
    return new Declaration(base, declarator.name(), declarator.derivations(), column);
  }

  private BaseType specifiers() {
    List<String> words = new ArrayList<>();
    Optional<BaseType> named = Optional.empty();
    int column = peek().column();
    while (peek().isWord()) {
      Token token = peek();
      if (skipQualifier()) {
        continue;
      }
      boolean isTypeWord = BaseTypes.isWord(token.text());
      if (named.isPresent() || !words.isEmpty() && !isTypeWord) {
        break;
      }
      column = words.isEmpty() ? token.column() : column;
      next();
      if (isTypeWord) {
        words.add(token.text());
      } else if (isTagged(token)) {
        named = Optional.of(tagged(token));
      } else if (BaseTypes.typedef(token.text()).isPresent() || !startsType(peek())) {
        named = Optional.of(typedef(token));
      }
      // Otherwise it is a macro before the type, as in CURL_EXTERN int f(void).
    }
    if (named.isEmpty() && words.isEmpty()) {
      throw unexpected("a type");
    }
    int start = column;
    return named.orElseGet(() -> BaseTypes.ofWords(words, start));
  }

  private static boolean isTagged(Token token) {
    return token.is("struct") || token.is("union") || token.is("enum") || token.is("class");
  }

  private BaseType tagged(Token keyword) {
    while (skipQualifier()) {}
    Token tag = peek();
    if (!tag.isWord()) {
      throw unexpected("the name of the " + keyword.text());
    }
    next();
    return keyword.is("enum")
        ? BaseTypes.anEnum()
        : new BaseType.Opaque(
            keyword.column(),
            keyword.text() + " " + tag.text() + " is passed by value, which cannot be captured");
  }

  private static BaseType typedef(Token name) {
    return BaseTypes.typedef(name.text())
        .orElseGet(
            () ->
                new BaseType.Opaque(
                    name.column(), "\"" + name.text() + "\" is no type that is known here"));
  }

  private static boolean startsType(Token token) {
    return token.isWord()
        && (QUALIFIERS.contains(token.text())
            || BaseTypes.isWord(token.text())
            || BaseTypes.typedef(token.text()).isPresent()
            || isTagged(token));
  }

  private record Declarator(Optional<Token> name, List<Declaration.Derivation> derivations) {}

  private Declarator declarator() {
    int pointers = 0;
    while (skipQualifier() || peek().is("*")) {
      if (accept("*")) {
        pointers++;
      }
    }
    Optional<Token> name = Optional.empty();
    List<Declaration.Derivation> derivations = new ArrayList<>();
    if (peek().is("(") && opensGroup()) {
      Declarator inner = group();
      name = inner.name();
      derivations.addAll(inner.derivations());
    } else if (peek().isWord()) {
      name = Optional.of(name());
    }
    skipTrailingAttributes();
    while (peek().is("(") || peek().is("[")) {
      derivations.add(peek().is("(") ? new Declaration.Function(parameters()) : array());
      skipTrailingAttributes();
    }
    derivations.addAll(Collections.nCopies(pointers, new Declaration.Pointer()));
    return new Declarator(name, derivations);
  }

  /** Whether the parenthesis at hand groups, as in {@code (*f)}, and opens no parameter list. */
  private boolean opensGroup() {
    Token first = tokens.get(position + 1);
    return first.is("*")
        || first.is("(")
        || first.isWord() && !startsType(first) && tokens.get(position + 2).is(")");
  }

  private Declarator group() {
    if (++nesting > MAX_NESTING) {
      throw new SyntaxException(peek().column(), "more than " + MAX_NESTING + " levels of nesting");
    }
    expect("(");
    Declarator inner = declarator();
    expect(")");
    nesting--;
    return inner;
  }

  private Token name() {
    Token token = next();
    if (BaseTypes.isWord(token.text()) || RESERVED.contains(token.text())) {
      throw new SyntaxException(
          token.column(), "\"" + token.text() + "\" is a word of C and cannot be a name");
    }
    return token;
  }

  private Declaration.Array array() {
    expect("[");
    StringBuilder length = new StringBuilder();
    while (!peek().is("]")) {
      if (peek().kind() == Token.Kind.END) {
        throw unexpected("\"]\"");
      }
      if (!skipQualifier()) {
        length.append(next().text());
      }
    }
    expect("]");
    return new Declaration.Array(length.toString());
  }

  private List<Declaration> parameters() {
    expect("(");
    List<Declaration> parameters = new ArrayList<>();
    if (accept(")")) {
      return parameters;
    }
    while (!accept("...")) {
      parameters.add(declaration());
      if (!accept(",")) {
        break;
      }
    }
    expect(")");
    return parameters.size() == 1 && parameters.get(0).isVoid() ? List.of() : parameters;
  }

  private boolean skipQualifier() {
    if (!peek().isWord()) {
      return false;
    }
    if (isAttribute(peek())) {
      next();
      skipParentheses();
      return true;
    }
    if (QUALIFIERS.contains(peek().text())) {
      next();
      return true;
    }
    return false;
  }

  /** Skips what headers put behind a declarator, such as {@code __THROW __nonnull ((1))}. */
  private void skipTrailingAttributes() {
    while (peek().isWord() && (peek().text().startsWith("__") || peek().is("noexcept"))) {
      next();
      skipParentheses();
    }
  }

  private static boolean isAttribute(Token token) {
    return switch (token.text()) {
      case "__attribute__", "__attribute", "__declspec", "__asm__", "_Alignas" -> true;
      default -> false;
    };
  }

  private void skipParentheses() {
    if (!peek().is("(")) {
      return;
    }
    int open = 0;
    do {
      Token token = peek();
      if (token.kind() == Token.Kind.END) {
        throw unexpected("\")\"");
      }
      next();
      open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    } while (open > 0);
  }

  private Token peek() {
    return tokens.get(position);
  }

  private Token next() {
    return tokens.get(position++);
  }

  private boolean accept(String mark) {
    if (peek().is(mark)) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(String mark) {
    if (!accept(mark)) {
      throw unexpected("\"" + mark + "\"");
    }
  }

  private SyntaxException unexpected(String wanted) {
    Token found = peek();
    String what = found.kind() == Token.Kind.END ? "the end" : "\"" + found.text() + "\"";
    return new SyntaxException(found.column(), "expected " + wanted + ", found " + what);
  }
}
