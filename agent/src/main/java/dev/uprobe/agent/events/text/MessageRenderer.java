package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Printable;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Fills a probe's message with the values of an event. */
public final class MessageRenderer {
  private static final String CUT = "...";
  private static final String UNSEEN = "(not seen)";
  private static final String UNREADABLE = "(unreadable)";

  private MessageRenderer() {}

  /** Returns the message of a single event: one line of printable text. */
  public static String render(Event event) {
    StringBuilder text = new StringBuilder();
    Message.of(event.probe().plan()).append(text, event);
    return text.toString();
  }

  /** Returns a value as printable text. */
  static String show(CapturedValue value) {
    if (value instanceof CapturedValue.Whole whole) {
      return whole.decimal();
    }
    if (value instanceof CapturedValue.Bool bool) {
      return Boolean.toString(bool.value());
    }
    if (value instanceof CapturedValue.Char single) {
      return Printable.of(new byte[] {(byte) single.code()});
    }
    if (value instanceof CapturedValue.Address address) {
      return address.hex();
    }
    if (value instanceof CapturedValue.Text text) {
      return Printable.of(text.bytes()) + (text.isCut() ? CUT : "");
    }
    if (value instanceof CapturedValue.Bytes bytes) {
      return HexFormat.of().formatHex(bytes.bytes()) + (bytes.isCut() ? CUT : "");
    }
    if (value instanceof CapturedValue.Real real) {
      return real.decimal();
    }
    if (value instanceof CapturedValue.Numbers numbers) {
      return numbers.elements().stream()
          .map(MessageRenderer::show)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof CapturedValue.Null) {
      return "NULL";
    }
    if (value instanceof CapturedValue.Unseen) {
      return UNSEEN;
    }
    return value instanceof CapturedValue.Nothing ? "" : UNREADABLE;
  }

  /** Shows nanoseconds in the unit that leaves one to three digits before the point. */
  static String duration(long nanos) {
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return thousandths(nanos, "us");
    }
    if (nanos < 1_000_000_000) {
      return thousandths(nanos / 1_000, "ms");
    }
    return thousandths(nanos / 1_000_000, "s");
  }

  /** Cuts what is smaller: rounding would show 1000.000ms for a moment less than a second. */
  private static String thousandths(long number, String unit) {
    long rest = number % 1_000;
    String zeros = rest < 10 ? ".00" : rest < 100 ? ".0" : ".";
    return number / 1_000 + zeros + rest + unit;
  }
}
