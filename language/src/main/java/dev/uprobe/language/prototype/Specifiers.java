package dev.uprobe.language.prototype;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses the specifiers at the beginning of a declaration (C17, 6.7). */
final class Specifiers {
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
          "noreturn",
          "_Nullable",
          "_Nonnull",
          "_Null_unspecified",
          "__extension__");

  private final TokenStream tokens;

  Specifiers(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** Reads the specifiers before a declarator: {@code static const unsigned long}. */
  BaseType parse() {
    List<String> words = new ArrayList<>();
    Optional<BaseType> named = Optional.empty();
    Optional<Token> macro = Optional.empty();
    int column = tokens.peek().column();
    while (skipQualifier() || tokens.peek().isWord()) {
      Token token = tokens.peek();
      if (!token.isWord()) {
        continue;
      }
      boolean isTypeWord = BaseTypes.isWord(token.text());
      if (named.isPresent() || !words.isEmpty() && !isTypeWord) {
        break;
      }
      column = words.isEmpty() ? token.column() : column;
      tokens.next();
      if (isTypeWord) {
        words.add(token.text());
      } else if (isTagged(token)) {
        named = Optional.of(tagged(token));
      } else if (BaseTypes.typedef(token.text()).isPresent() || !startsType(tokens.peek())) {
        named = Optional.of(typedef(token));
      } else {
        // CURL_EXTERN in CURL_EXTERN int f(void), but FILE in FILE const *stream is a type.
        macro = Optional.of(token);
      }
    }
    if (!words.isEmpty()) {
      return BaseTypes.ofWords(words, column);
    }
    Optional<Token> skipped = macro;
    return named
        .or(() -> skipped.map(Specifiers::typedef))
        .orElseThrow(() -> tokens.unexpected("a type"));
  }

  private static boolean isTagged(Token token) {
    return token.is("struct") || token.is("union") || token.is("enum") || token.is("class");
  }

  private BaseType tagged(Token keyword) {
    while (skipQualifier()) {}
    Token tag = tokens.peek();
    if (!tag.isWord()) {
      throw tokens.unexpected("the name of the " + keyword.text());
    }
    tokens.next();
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
                new BaseType.Opaque(name.column(), "\"" + name.text() + "\" is not a known type"));
  }

  /** Returns whether a word can only be part of a type. */
  static boolean startsType(Token token) {
    return token.isWord()
        && (QUALIFIERS.contains(token.text())
            || BaseTypes.isWord(token.text())
            || BaseTypes.typedef(token.text()).isPresent()
            || isTagged(token));
  }

  /** Skips one qualifier or attribute, which say nothing about how a value is passed. */
  boolean skipQualifier() {
    if (tokens.peek().is("[") && tokens.peek(1).is("[")) {
      tokens.skipBrackets();
      return true;
    }
    if (!tokens.peek().isWord()) {
      return false;
    }
    if (isAttribute(tokens.peek())) {
      tokens.next();
      tokens.skipParentheses();
      return true;
    }
    if (QUALIFIERS.contains(tokens.peek().text())) {
      tokens.next();
      return true;
    }
    return false;
  }

  private static boolean isAttribute(Token token) {
    return switch (token.text()) {
      case "__attribute__", "__attribute", "__declspec", "__asm__", "_Alignas" -> true;
      default -> false;
    };
  }
}
