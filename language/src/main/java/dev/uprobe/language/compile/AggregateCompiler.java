package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.AggregateSpec;
import dev.uprobe.api.v1alpha1.LinearSpec;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Aggregation.Histogram;
import dev.uprobe.language.plan.Aggregation.Key;
import dev.uprobe.language.plan.Aggregation.Linear;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.text.NearestNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compiles the aggregation of a probe. */
final class AggregateCompiler {
  private static final int DEFAULT_INTERVAL = 10;
  private static final int MAX_INTERVAL = 3600;
  private static final List<Key> BUILT_IN =
      List.of(new Key.Function(), new Key.Comm(), new Key.Pid(), new Key.Container());

  private final AggregateSpec spec;
  private final List<Value> values;
  private final Scope scope;
  private final boolean untypedReturn;
  private final Problems problems;

  private AggregateCompiler(
      AggregateSpec spec, List<Value> values, Scope scope, boolean untypedReturn, Problems in) {
    this.spec = spec;
    this.untypedReturn = untypedReturn;
    this.values = values;
    this.scope = scope;
    this.problems = in;
  }

  /** Returns the aggregation of a probe that has one, and records problems with it. */
  static Optional<Aggregation> compile(
      ProbeSpec probe, List<Value> values, Scope scope, Problems inProbe) {
    if (probe.aggregate() == null) {
      return Optional.empty();
    }
    checkAlone(probe.message() != null, "message", "that a message could show", inProbe);
    checkAlone(probe.limit() != null, "limit", "that could be limited", inProbe);
    checkAlone(probe.stack() != null, "stack", "that could show a stack", inProbe);
    return Optional.of(
        new AggregateCompiler(
                probe.aggregate(),
                values,
                scope,
                ReturnCompiler.isUntyped(probe),
                inProbe.at("aggregate"))
            .compile());
  }

  private static void checkAlone(boolean isGiven, String field, String why, Problems inProbe) {
    inProbe
        .at(field)
        .addIf(isGiven, "aggregate emits no events " + why + "; remove one of the two");
  }

  private Aggregation compile() {
    boolean counts = Boolean.TRUE.equals(spec.count());
    problems.addIf(
        counts == (spec.histogram() != null),
        "give either count: true, or histogram: with the name of a number");
    int interval = Objects.requireNonNullElse(spec.intervalSeconds(), DEFAULT_INTERVAL);
    problems
        .at("intervalSeconds")
        .addIf(interval < 1 || interval > MAX_INTERVAL, "must be from 1 to " + MAX_INTERVAL);
    return new Aggregation(histogram(), keys(), Duration.ofSeconds(interval));
  }

  private Optional<Histogram> histogram() {
    if (spec.histogram() == null) {
      problems
          .at("linear")
          .addIf(
              spec.linear() != null,
              "only a histogram has buckets; give histogram: too, or remove linear");
      return Optional.empty();
    }
    String name = spec.histogram();
    Optional<Operand> of = scope.operand(name);
    if (of.isEmpty()) {
      problems.at("histogram").add(scope.whyNotCompared(name));
      return Optional.empty();
    }
    problems
        .at("histogram")
        .addIf(name.equals(Value.RETURN) && untypedReturn, ReturnCompiler.UNTYPED);
    boolean isCaptured = values.stream().anyMatch(each -> each.name().equals(name));
    boolean isDuration = of.get().source() instanceof Source.Duration;
    if (!(of.get().type() instanceof ValueType.Whole whole) || !isCaptured && !isDuration) {
      problems
          .at("histogram")
          .add(name + " is not a number; use a numeric argument, return or duration");
      return Optional.empty();
    }
    return Optional.of(
        new Histogram(name, of.get(), linear(spec.linear(), whole, problems.at("linear"))));
  }

  private static Optional<Linear> linear(LinearSpec spec, ValueType.Whole of, Problems problems) {
    if (spec == null) {
      return Optional.empty();
    }
    long from = Objects.requireNonNullElse(spec.from(), 0L);
    if (spec.width() == null || spec.width() < 1) {
      problems.at("width").add("give the width of a bucket, at least 1");
      return Optional.empty();
    }
    if (spec.count() == null || spec.count() < 1 || spec.count() > Linear.MAX_COUNT) {
      problems.at("count").add("give the number of buckets, from 1 to " + Linear.MAX_COUNT);
      return Optional.empty();
    }
    problems.at("from").addIf(from < 0 && !of.signed(), "the number is unsigned; give 0 or more");
    if (spec.width() > (Long.MAX_VALUE - Math.max(from, 0)) / spec.count()) {
      problems.at("width").add("the last bucket ends above 2^63; give less");
    } else if (of.bytes() < Long.BYTES && (from >= 0 || of.signed())) {
      int bits = 8 * of.bytes();
      long least = of.signed() ? -(1L << bits - 1) : 0;
      long most = of.signed() ? (1L << bits - 1) - 1 : (1L << bits) - 1;
      problems
          .at("from")
          .addIf(
              from > most || from + spec.width() * spec.count() <= least,
              "no number can fall into these buckets, it is from %d to %d".formatted(least, most));
    }
    return Optional.of(new Linear(from, spec.width(), spec.count()));
  }

  private List<Key> keys() {
    problems
        .at("by")
        .addIf(
            spec.by().size() > Aggregation.MAX_KEYS,
            "calls are grouped by at most " + Aggregation.MAX_KEYS + " values");
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < Math.min(spec.by().size(), Aggregation.MAX_KEYS); i++) {
      key(spec.by().get(i), problems.at("by", i)).ifPresent(keys::add);
    }
    problems.at("by").addIf(Set.copyOf(keys).size() < keys.size(), "names the same thing twice");
    return keys;
  }

  private Optional<Key> key(String name, Problems problems) {
    Optional<Value> value = values.stream().filter(each -> each.name().equals(name)).findFirst();
    if (value.isPresent()) {
      problems.addIf(name.equals(Value.RETURN) && untypedReturn, ReturnCompiler.UNTYPED);
      problems.addIf(
          !canBeKey(value.get().operand().type()),
          name + " cannot be grouped by; use a number, a pointer or a string");
      return Optional.of(new Key.Captured(name));
    }
    Optional<Key> builtIn = BUILT_IN.stream().filter(each -> each.name().equals(name)).findFirst();
    if (builtIn.isEmpty()) {
      problems.add(whyNoKey(name));
    }
    return builtIn;
  }

  private static boolean canBeKey(ValueType type) {
    return type instanceof ValueType.Whole
        || type instanceof ValueType.Bool
        || type instanceof ValueType.Char
        || type instanceof ValueType.Pointer
        || type instanceof ValueType.Text
        || type instanceof ValueType.Bytes bytes && bytes.text();
  }

  private String whyNoKey(String name) {
    if (scope.operand(name).isPresent() || scope.canShow(name)) {
      return name + " cannot be grouped by here; use " + known();
    }
    return scope.isUnavailable(name)
        ? scope.whyNotCompared(name)
        : "nothing is named \"%s\" here%s (take %s)"
            .formatted(name, NearestNames.hint(name, names()), known());
  }

  private String known() {
    return String.join(", ", names());
  }

  private List<String> names() {
    return Stream.concat(
            values.stream().filter(each -> canBeKey(each.operand().type())).map(Value::name),
            BUILT_IN.stream().map(Key::name))
        .distinct()
        .collect(Collectors.toList());
  }
}
