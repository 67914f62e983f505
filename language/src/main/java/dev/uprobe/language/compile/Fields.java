package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.DataType;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ResolvedPath;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.util.Optional;

/** Resolves paths that name fields. */
final class Fields {

  /** The type as given in the YAML; each field is null if it is missing. */
  record Asked(DataType type, Integer size, Integer count) {}

  private final Optional<FunctionTypes> types;
  private final Problems problems;

  Fields(Optional<FunctionTypes> types, Problems problems) {
    this.types = types;
    this.problems = problems;
  }

  /**
   * Returns the value at the end of a path; empty if it cannot be resolved, after recording why.
   *
   * @param from where the path starts; empty if that is a parameter of the function
   */
  Optional<Operand> operand(String path, Optional<Source> from, Asked asked) {
    FunctionTypes known =
        types.orElseThrow(() -> new IllegalStateException("A probe with fields is open."));
    return problems
        .at("value")
        .parse(() -> known.reach(path, from))
        .flatMap(reached -> type(reached, asked).map(type -> new Operand(reached.source(), type)));
  }

  private Optional<ValueType> type(ResolvedPath reached, Asked asked) {
    if (asked.type() != null) {
      ValueType type = DataTypes.of(asked.type(), asked.size(), asked.count(), problems);
      boolean isNumber = !type.isBehindAddress() && !(type instanceof ValueType.Pointer);
      problems
          .at("type")
          .addIf(
              reached.isInPlace() && isNumber,
              "this is an array or a struct, not one number; give a count, or type: bytes");
      return Optional.of(type);
    }
    if (asked.count() != null) {
      return array(reached, asked.count());
    }
    if (reached.type().isEmpty()) {
      problems.at("value").add(reached.untyped());
    }
    return reached.type().map(type -> asked.size() == null ? type : sized(type, asked.size()));
  }

  private Optional<ValueType> array(ResolvedPath reached, int count) {
    problems
        .at("count")
        .addIf(reached.element().isEmpty(), "only numbers have a count; write the type too");
    problems
        .at("count")
        .addIf(
            count < 1 || count > ValueType.Array.MAX_COUNT,
            "must be from 1 to " + ValueType.Array.MAX_COUNT);
    return reached.element().map(element -> new ValueType.Array(element, count));
  }

  private ValueType sized(ValueType type, int size) {
    problems
        .at("size")
        .addIf(size < 1 || size > ValueType.MAX_LIMIT, "must be from 1 to " + ValueType.MAX_LIMIT);
    if (type instanceof ValueType.Text) {
      return new ValueType.Text(size);
    }
    if (type instanceof ValueType.Bytes) {
      return new ValueType.Bytes(size, Optional.empty());
    }
    problems.at("size").add("only a string and bytes have a size");
    return type;
  }
}
