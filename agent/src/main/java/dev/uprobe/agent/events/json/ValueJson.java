package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.CapturedValue;
import java.util.HexFormat;

/** A value as JSON. */
final class ValueJson {
  private static final byte[] NULL = JsonLine.ascii("null");

  private ValueJson() {}

  static void write(CapturedValue value, JsonLine json) {
    if (value instanceof CapturedValue.Whole whole) {
      if (whole.unsigned() && whole.bits() < 0) {
        json.raw(JsonLine.ascii(whole.decimal()));
      } else {
        json.number(whole.bits());
      }
    } else if (value instanceof CapturedValue.Bool bool) {
      json.raw(JsonLine.ascii(Boolean.toString(bool.value())));
    } else if (value instanceof CapturedValue.Char single) {
      json.string(String.valueOf((char) single.code()));
    } else if (value instanceof CapturedValue.Address address) {
      json.string(address.hex());
    } else if (value instanceof CapturedValue.Text text) {
      json.string(text.unicode());
    } else if (value instanceof CapturedValue.Bytes bytes) {
      json.string(HexFormat.of().formatHex(bytes.bytes()));
    } else if (value instanceof CapturedValue.Real real) {
      writeReal(real, json);
    } else if (value instanceof CapturedValue.Numbers numbers) {
      char separator = '[';
      for (CapturedValue each : numbers.elements()) {
        write(each, json.raw(separator));
        separator = ',';
      }
      json.raw(']');
    } else {
      json.raw(NULL);
    }
  }

  /** JSON has no number for what is not finite. */
  private static void writeReal(CapturedValue.Real real, JsonLine json) {
    if (Double.isFinite(real.value())) {
      json.raw(JsonLine.ascii(real.decimal()));
    } else {
      json.string(real.decimal());
    }
  }
}
