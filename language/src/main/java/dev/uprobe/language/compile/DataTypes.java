package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.DataType;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.util.Optional;

/** Converts types in the YAML to types of a plan. */
final class DataTypes {
  private DataTypes() {}

  /** Records that floating-point registers cannot be read. */
  static void checkFloating(ValueType type, Source source, String origin, Problems problems) {
    boolean isRegister = !(source instanceof Source.Memory memory) || memory.offsets().isEmpty();
    problems
        .at("type")
        .addIf(
            type instanceof ValueType.Real && isRegister,
            ("a probe cannot read floating-point registers, so it cannot see this value; one in memory"
                    + " can be read, such as value: %s->8")
                .formatted(origin));
  }

  /** Returns the size in bytes of the elements that the last step of a path counts. */
  static int elementSize(ValueType type) {
    return type.isBehindAddress() ? Long.BYTES : type.size();
  }

  /**
   * Returns the type that the YAML describes, and records problems with it.
   *
   * @param size null if the YAML has no {@code size}
   * @param count null if it has no {@code count}
   */
  static ValueType of(DataType type, Integer size, Integer count, Problems problems) {
    ValueType single = of(type, size(type, size, problems));
    if (count == null) {
      return single;
    }
    problems
        .at("count")
        .addIf(
            !type.isNumber(),
            "only integers and floating-point numbers have a count; for bytes, write a size");
    problems
        .at("count")
        .addIf(
            count < 1 || count > ValueType.Array.MAX_COUNT,
            "must be from 1 to " + ValueType.Array.MAX_COUNT);
    return new ValueType.Array(single, count);
  }

  private static int size(DataType type, Integer size, Problems problems) {
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

  private static ValueType of(DataType type, int size) {
    return switch (type) {
      case I8 -> new ValueType.Whole(1, true);
      case I16 -> new ValueType.Whole(2, true);
      case I32 -> new ValueType.Whole(4, true);
      case I64 -> new ValueType.Whole(8, true);
      case U8 -> new ValueType.Whole(1, false);
      case U16 -> new ValueType.Whole(2, false);
      case U32 -> new ValueType.Whole(4, false);
      case U64 -> new ValueType.Whole(8, false);
      case F32 -> new ValueType.Real(4);
      case F64 -> new ValueType.Real(8);
      case BOOL -> new ValueType.Bool();
      case CHAR -> new ValueType.Char();
      case POINTER -> new ValueType.Pointer();
      case STRING -> new ValueType.Text(size);
      case BYTES -> new ValueType.Bytes(size, Optional.empty());
    };
  }
}
