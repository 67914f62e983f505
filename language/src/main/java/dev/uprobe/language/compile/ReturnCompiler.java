package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.DataType;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ReturnSpec;
import dev.uprobe.language.path.PathParser;
import dev.uprobe.language.path.ValuePath;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.Objects;
import java.util.Optional;

/** Compiles the field {@code returns} of a probe. */
final class ReturnCompiler {
  private static final DataType DEFAULT = DataType.I64;
  private static final Operand WHOLE =
      new Operand(new Source.ReturnValue(), new ValueType.Whole(8, true));

  /** Error message for probes that need the width and sign of the return value. */
  static final String UNTYPED =
      "the type of the return value is not known; write returns: {type: i32} for a function that"
          + " returns int, or a signature (auto takes it from debug information)";

  private ReturnCompiler() {}

  /** Returns whether a probe shows a register without a known type. */
  static boolean isUntyped(ProbeSpec spec) {
    return spec.signature() == null && spec.returns() == null;
  }

  /**
   * Returns the return value; by default a 64-bit number, the whole register.
   *
   * @param spec null if the YAML has no {@code returns}
   */
  static Operand of(ReturnSpec spec, Optional<FunctionTypes> types, Problems problems) {
    if (spec == null) {
      return WHOLE;
    }
    Optional<ValuePath> path =
        Optional.ofNullable(spec.value()).flatMap(text -> path(text, problems.at("value")));
    if (path.isPresent() && path.get().namesFields()) {
      return new Fields(types, problems)
          .operand(
              spec.value(),
              Optional.of(new Source.ReturnValue()),
              new Fields.Asked(spec.type(), spec.size(), spec.count()))
          .orElse(WHOLE);
    }
    DataType type = Objects.requireNonNullElse(spec.type(), DEFAULT);
    ValueType valueType = DataTypes.of(type, spec.size(), spec.count(), problems);
    Source source =
        path.map(each -> each.source(new Source.ReturnValue(), DataTypes.elementSize(valueType)))
            .orElse(new Source.ReturnValue());
    DataTypes.checkFloating(valueType, source, Value.RETURN, problems);
    return new Operand(source, valueType);
  }

  private static Optional<ValuePath> path(String text, Problems problems) {
    Optional<ValuePath> path = problems.parse(() -> PathParser.parse(text));
    problems.addIf(
        path.filter(each -> !each.origin().equals(Value.RETURN)).isPresent(),
        "must begin with return, such as return->8; a path that begins with an argument belongs under args");
    return path;
  }
}
