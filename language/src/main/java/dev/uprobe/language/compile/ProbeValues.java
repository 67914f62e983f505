package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.gosignature.GoSignature;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.prototype.Signature;
import dev.uprobe.language.scope.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values in the events of a probe.
 *
 * @param unavailable names that a user may expect but that cannot be read, with the reason for each
 * @param outOfReach those of them that exist when the probe fires, and would be shown
 */
record ProbeValues(
    List<Value> values, Map<String, String> unavailable, Map<String, String> outOfReach) {
  private static final int MAX_BYTES = 16 * 1024;

  /** A name with a scope, before its parameters, which have scopes of their own. */
  private static final Pattern SCOPED = Pattern.compile("^[^(]*::");

  /** Returns the values that a probe captures; empty if that is unknown, after recording why. */
  static Optional<ProbeValues> of(
      ProbeSpec spec, ProbeType type, Optional<FunctionTypes> types, Problems problems) {
    int before = problems.count();
    boolean isExplicit = !spec.args().isEmpty() || spec.returns() != null;
    if (spec.signature() != null && isExplicit) {
      problems.at("signature").add("give either a signature, or args and returns, not both");
      return Optional.empty();
    }
    Optional<ProbeValues> captured =
        spec.signature() != null
            ? signature(spec, type, types, problems.at("signature"))
            : Optional.of(explicitly(spec, type, types, problems));
    if (problems.count() == before) {
      captured.ifPresent(found -> found.check(type, problems));
    }
    return problems.count() == before ? captured : Optional.empty();
  }

  private static Optional<ProbeValues> signature(
      ProbeSpec spec, ProbeType type, Optional<FunctionTypes> types, Problems problems) {
    if (GoSignature.isGo(spec.signature())) {
      return byGoSignature(spec.signature(), type, problems);
    }
    // Debug information already marks the parameter that is an object.
    boolean isMethod = types.isEmpty() && namesMethod(spec);
    return bySignature(problems.parse(() -> Signature.parse(spec.signature(), isMethod)), type);
  }

  /**
   * Returns whether a symbol has a scope: {@code Cart::charge(int)}, or mangled {@code
   * _ZN4Cart...}.
   */
  private static boolean namesMethod(ProbeSpec spec) {
    return Stream.concat(Stream.ofNullable(spec.symbol()), spec.symbols().stream())
        .anyMatch(name -> name.startsWith("_ZN") || SCOPED.matcher(name).find());
  }

  private static Optional<ProbeValues> bySignature(Optional<Signature> parsed, ProbeType type) {
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    Signature signature = parsed.get();
    Map<String, String> unavailable = new LinkedHashMap<>(signature.unavailable());
    Map<String, String> outOfReach = new LinkedHashMap<>(signature.unavailable());
    outOfReach.values().remove(Signature.RETURNS_NOTHING);
    List<Value> values = new ArrayList<>();
    if (type == ProbeType.RETURN) {
      outOfReach.keySet().retainAll(Set.of(Value.RETURN));
      for (Value argument : signature.arguments()) {
        unavailable.put(
            argument.name(), "a probe of type Return no longer sees the arguments, use type Call");
      }
    } else {
      values.addAll(signature.arguments());
    }
    if (type == ProbeType.ENTRY) {
      unavailable.remove(Value.RETURN);
      outOfReach.remove(Value.RETURN);
    } else {
      signature.returnType().map(ProbeValues::returnValue).ifPresent(values::add);
    }
    return Optional.of(new ProbeValues(values, unavailable, outOfReach));
  }

  private static Optional<ProbeValues> byGoSignature(
      String text, ProbeType type, Problems problems) {
    Optional<GoSignature> parsed = problems.parse(() -> GoSignature.parse(text));
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    GoSignature signature = parsed.get();
    Map<String, String> unavailable = new LinkedHashMap<>(signature.unavailable());
    List<Value> values = new ArrayList<>();
    if (type == ProbeType.RETURN) {
      for (Value argument : signature.arguments()) {
        unavailable.put(
            argument.name(), "a probe of type Return no longer sees the arguments, use type Call");
      }
    } else {
      values.addAll(signature.arguments());
    }
    if (type == ProbeType.ENTRY) {
      unavailable.remove(Value.RETURN);
      for (Value result : signature.results()) {
        unavailable.put(
            result.name(), "a probe of type Entry has no return value, use type Return or Call");
      }
    } else {
      values.addAll(signature.results());
    }
    Map<String, String> outOfReach = new LinkedHashMap<>(signature.outOfReach());
    outOfReach
        .keySet()
        .removeIf(
            name ->
                name.startsWith(Value.RETURN) ? type == ProbeType.ENTRY : type == ProbeType.RETURN);
    return Optional.of(new ProbeValues(values, unavailable, outOfReach));
  }

  private static ProbeValues explicitly(
      ProbeSpec spec, ProbeType type, Optional<FunctionTypes> types, Problems problems) {
    Optional<Operand> returned = Optional.empty();
    if (type != ProbeType.ENTRY) {
      returned = Optional.of(ReturnCompiler.of(spec.returns(), types, problems.at("returns")));
    } else if (spec.returns() != null) {
      problems
          .at("returns")
          .add("a probe of type Entry has no return value, use type Return or Call");
    }
    if (spec.usdt() != null && spec.args().isEmpty()) {
      return new ProbeValues(UsdtValues.of(spec), Map.of(), Map.of());
    }
    for (int i = 0; i < spec.args().size(); i++) {
      problems
          .at("args", i)
          .at("length")
          .addIf(
              Value.RETURN.equals(spec.args().get(i).length()) && ReturnCompiler.isUntyped(spec),
              ReturnCompiler.UNTYPED);
    }
    List<Value> values =
        new ArrayList<>(new Arguments(spec.args(), type, returned, types, problems).compile());
    returned.map(operand -> new Value(Value.RETURN, operand)).ifPresent(values::add);
    return new ProbeValues(values, Map.of(), Map.of());
  }

  private static Value returnValue(ValueType type) {
    return new Value(Value.RETURN, new Operand(new Source.ReturnValue(), type));
  }

  private void check(ProbeType type, Problems problems) {
    boolean hidesDuration =
        values.stream().anyMatch(value -> value.name().equals(Scope.DURATION))
            || unavailable.containsKey(Scope.DURATION);
    problems.addIf(
        type == ProbeType.CALL && hidesDuration,
        "an argument of a Call probe cannot be named duration, which is the time of the call;"
            + " name it differently here, names need not be those of the source");
    int bytes = values.stream().mapToInt(value -> value.operand().type().size()).sum();
    problems.addIf(
        bytes > MAX_BYTES,
        "captures up to %d bytes per call, the maximum is %d; give strings and bytes a smaller size"
            .formatted(bytes, MAX_BYTES));
  }
}
