package dev.uprobe.compile;

import dev.uprobe.plan.Operand;
import dev.uprobe.plan.ValueType;
import dev.uprobe.v1alpha1.DataType;
import dev.uprobe.v1alpha1.ReturnSpec;
import java.util.Objects;
import java.util.Optional;

/** Turns the types that a YAML names into those of a plan. */
final class DataTypes {
  private DataTypes() {}

  /**
   * Returns the type of a return value, a 64-bit number where nothing is said.
   *
   * @param spec null where the YAML has no {@code returns}
   */
  static ValueType ofReturn(ReturnSpec spec, Problems problems) {
    if (spec == null) {
      return new ValueType.Whole(8, true);
    }
    DataType type = Objects.requireNonNullElse(spec.type(), DataType.I64);
    return of(type, size(type, spec.size(), problems), Optional.empty());
  }

  /**
   * Returns how many bytes of a string or of bytes are kept, after noting what is wrong with it.
   *
   * @param size null where the YAML has no {@code size}
   */
  static int size(DataType type, Integer size, Problems problems) {
    if (size == null) {
      return ValueType.DEFAULT_LIMIT;
    }
    boolean isSized = type == DataType.STRING || type == DataType.BYTES;
    problems.at("size").addIf(!isSized, "only a string and bytes have a size");
    problems
        .at("size")
        .addIf(size < 1 || size > ValueType.MAX_LIMIT, "must be from 1 to " + ValueType.MAX_LIMIT);
    return size;
  }

  static ValueType of(DataType type, int size, Optional<Operand> length) {
    return switch (type) {
      case I8 -> new ValueType.Whole(1, true);
      case I16 -> new ValueType.Whole(2, true);
      case I32 -> new ValueType.Whole(4, true);
      case I64 -> new ValueType.Whole(8, true);
      case U8 -> new ValueType.Whole(1, false);
      case U16 -> new ValueType.Whole(2, false);
      case U32 -> new ValueType.Whole(4, false);
      case U64 -> new ValueType.Whole(8, false);
      case BOOL -> new ValueType.Bool();
      case CHAR -> new ValueType.Char();
      case POINTER -> new ValueType.Pointer();
      case STRING -> new ValueType.Text(size);
      case BYTES -> new ValueType.Bytes(size, length);
    };
  }
}
