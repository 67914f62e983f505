package dev.uprobe.language.gosignature;

import dev.uprobe.language.plan.ValueType;
import java.util.Optional;

/**
 * How a value of a type of Go is passed, by the register assignment of Go's internal ABI.
 *
 * @param integers how many integer registers it takes
 * @param floats how many floating-point registers it takes
 * @param inMemory whether it is passed on the stack, as arrays are
 * @param shown how it is read, from its first register; of text and bytes the second one has the
 *     length
 * @param whyNot the reason, if it cannot be read
 */
record GoType(
    int integers, int floats, boolean inMemory, Optional<ValueType> shown, String whyNot) {
  static final GoType STRING = shown(2, new ValueType.Bytes(ValueType.DEFAULT_LIMIT, true));
  static final GoType BYTES = shown(3, new ValueType.Bytes(ValueType.DEFAULT_LIMIT, false));
  static final GoType POINTER = shown(1, new ValueType.Pointer());

  /** The address of the first element. */
  static final GoType SLICE = shown(3, new ValueType.Pointer());

  /** A word that identifies the dynamic type; nil for a nil interface. */
  static final GoType INTERFACE = shown(2, new ValueType.Pointer());

  static final GoType ARRAY =
      new GoType(0, 0, true, Optional.empty(), "an array is passed on the stack");

  static GoType whole(int bytes, boolean signed) {
    return shown(1, new ValueType.Whole(bytes, signed));
  }

  static GoType shown(int integers, ValueType type) {
    return new GoType(integers, 0, false, Optional.of(type), "");
  }

  static GoType floating(int registers, String name) {
    String whyNot = "a " + name + " is not in an integer register, and probes read only those";
    return new GoType(0, registers, false, Optional.empty(), whyNot);
  }

  static GoType struct(int integers, int floats, boolean inMemory) {
    String whyNot = "a struct that is passed by value is spread over registers, and is not shown";
    return new GoType(integers, floats, inMemory, Optional.empty(), whyNot);
  }
}
