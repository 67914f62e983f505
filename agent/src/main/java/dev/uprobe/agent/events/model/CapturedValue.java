package dev.uprobe.agent.events.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A value as an event carries it. */
public sealed interface CapturedValue {

  /** Tells whether the program has more of this value than the event carries. */
  default boolean isCut() {
    return false;
  }

  /** Returns why there is no value; empty where there is one. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** A whole number; {@code unsigned} says how to read its 64 bits. */
  record Whole(long bits, boolean unsigned) implements CapturedValue {
    /** Returns it in decimal. */
    public String decimal() {
      return unsigned ? Long.toUnsignedString(bits) : Long.toString(bits);
    }
  }

  record Bool(boolean value) implements CapturedValue {}

  /** One byte of text, 0 to 255. */
  record Char(int code) implements CapturedValue {}

  record Address(long bits) implements CapturedValue {
    /** Returns it in hex, as {@code %p} of printf. */
    public String hex() {
      return "0x" + Long.toHexString(bits);
    }
  }

  /** A string, without its NUL; {@code isCut} when the program's goes on behind the limit. */
  record Text(byte[] bytes, boolean isCut) implements CapturedValue {
    /** Returns it as Unicode; bytes that are no UTF-8 become U+FFFD. */
    public String unicode() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Memory; {@code isCut} when the program has more of it than the limit. */
  record Bytes(byte[] bytes, boolean isCut) implements CapturedValue {}

  /**
   * A floating-point number.
   *
   * @param isSingle whether it has the precision of a {@code float}
   */
  record Real(double value, boolean isSingle) implements CapturedValue {
    /** Returns it in the fewest digits that tell it from its neighbours. */
    public String decimal() {
      return isSingle ? Float.toString((float) value) : Double.toString(value);
    }
  }

  /** The numbers of an array. */
  record Numbers(List<CapturedValue> elements) implements CapturedValue {
    public Numbers {
      elements = List.copyOf(elements);
    }
  }

  /** A string or memory of which the program has none: its pointer is NULL. */
  record Null() implements CapturedValue {}

  /** Nothing, for the program itself says so. */
  record Nothing(String reason) implements CapturedValue {
    @Override
    public Optional<String> missing() {
      return Optional.of(reason);
    }
  }

  /** What a function returns or fills in, where that could not be seen. */
  record Unseen(String reason) implements CapturedValue {
    @Override
    public Optional<String> missing() {
      return Optional.of(reason);
    }
  }

  /** A value that could not be read. */
  record Unreadable(String reason) implements CapturedValue {
    @Override
    public Optional<String> missing() {
      return Optional.of(reason);
    }
  }
}
