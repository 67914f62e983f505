package dev.uprobe.language.where;

import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads the constants that values are compared with. */
final class Constant {
  private static final Pattern NUMBER =
      Pattern.compile("(-?)(0[xX][0-9a-fA-F]++|0[oO][0-7]++|[0-9]++)(?![A-Za-z_0-9])");
  private static final Pattern DURATION =
      Pattern.compile("([0-9]++(?:\\.[0-9]++)?+)(ns|us|ms|s)(?![A-Za-z_0-9])");
  private static final Pattern BARE_NUMBER = Pattern.compile("-?[0-9][A-Za-z_0-9]*+");
  private static final Pattern CHARACTER =
      Pattern.compile("'(?:([^'\\\\])|\\\\([abfnrtv0\\\\'\"])|\\\\x([0-9a-fA-F]{1,2}))'");
  private static final Pattern WORD = Pattern.compile("(?:true|false|NULL)\\b");

  private Constant() {}

  /** Reads a duration, in nanoseconds. */
  static BigInteger nanoseconds(TextCursor cursor) {
    int column = cursor.column();
    Optional<MatchResult> duration = cursor.accept(DURATION);
    if (duration.isPresent()) {
      return nanoseconds(duration.get(), column);
    }
    if (cursor.accept(BARE_NUMBER).isPresent()) {
      throw new SyntaxException(column, "a duration needs a unit: ns, us, ms or s, such as 10ms");
    }
    throw cursor.expected("a duration such as 10ms");
  }

  /** Reads a constant that can be compared with a value of a type. */
  static BigInteger of(TextCursor cursor, ValueType type) {
    int column = cursor.column();
    Optional<BigInteger> number = cursor.accept(NUMBER).map(match -> number(match, column));
    if (number.isPresent()) {
      return number.get();
    }
    Optional<BigInteger> character = cursor.accept(CHARACTER).map(Constant::character);
    if (character.isPresent()) {
      return character.get();
    }
    Optional<MatchResult> word = cursor.accept(WORD);
    if (word.isPresent()) {
      return word(word.get().group(), type, column);
    }
    if (cursor.accept(BARE_NUMBER).isPresent()) {
      throw new SyntaxException(
          column, "this is not a number; numbers look like 10, -10, 0x1f or 0o17, without a unit");
    }
    throw cursor.expected("a constant: a number, 'c', true, false or NULL");
  }

  private static BigInteger number(MatchResult match, int column) {
    String digits = match.group(2);
    if (digits.length() > 1 && digits.charAt(0) == '0' && Character.isDigit(digits.charAt(1))) {
      throw new SyntaxException(column, "write an octal number with 0o, a decimal one without 0");
    }
    BigInteger magnitude =
        switch (digits.length() > 1 ? digits.charAt(1) : ' ') {
          case 'x', 'X' -> new BigInteger(digits.substring(2), 16);
          case 'o', 'O' -> new BigInteger(digits.substring(2), 8);
          default -> new BigInteger(digits);
        };
    return match.group(1).isEmpty() ? magnitude : magnitude.negate();
  }

  private static BigInteger character(MatchResult match) {
    if (match.group(1) != null) {
      return BigInteger.valueOf(match.group(1).charAt(0));
    }
    if (match.group(3) != null) {
      return new BigInteger(match.group(3), 16);
    }
    return BigInteger.valueOf(escaped(match.group(2).charAt(0)));
  }

  /** Returns the byte of an escape: the letter after a backslash. */
  static int escaped(char letter) {
    return switch (letter) {
      case '0' -> 0;
      case 'a' -> 7;
      case 'b' -> '\b';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'v' -> 11;
      case 'f' -> '\f';
      case 'r' -> '\r';
      default -> letter;
    };
  }

  private static BigInteger word(String word, ValueType type, int column) {
    if (word.equals("NULL") != type instanceof ValueType.Pointer) {
      throw new SyntaxException(
          column,
          type instanceof ValueType.Pointer
              ? "a pointer is compared with NULL or an address, not with " + word
              : "only a pointer can be compared with NULL");
    }
    return word.equals("true") ? BigInteger.ONE : BigInteger.ZERO;
  }

  private static BigInteger nanoseconds(MatchResult match, int column) {
    int digits =
        switch (match.group(2)) {
          case "ns" -> 0;
          case "us" -> 3;
          case "ms" -> 6;
          default -> 9;
        };
    try {
      return new BigDecimal(match.group(1)).scaleByPowerOfTen(digits).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new SyntaxException(column, "a duration is a whole number of nanoseconds");
    }
  }
}
