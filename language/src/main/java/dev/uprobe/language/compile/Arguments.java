package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ArgumentSpec;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.DataType;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.path.PathParser;
import dev.uprobe.language.path.ValuePath;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.NearestNames;
import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compiles the arguments that a probe lists under {@code args}. */
final class Arguments {
  private static final int MAX_ARGUMENTS = Source.Argument.MAX_INDEX;
  private static final Pattern NUMBERED = Pattern.compile("arg([1-9][0-9]?)");

  private final List<ArgumentSpec> specs;
  private final ProbeType type;
  private final Optional<FunctionTypes> types;
  private final Problems problems;

  /** Where paths can start, by name. */
  private final Map<String, Source> origins = new LinkedHashMap<>();

  /** Values that can be a length, by name. */
  private final Map<String, Operand> wholes = new LinkedHashMap<>();

  /**
   * @param returned the return value; empty if the probe has none
   * @param types of the function, if paths name fields
   */
  Arguments(
      List<ArgumentSpec> specs,
      ProbeType type,
      Optional<Operand> returned,
      Optional<FunctionTypes> types,
      Problems problems) {
    this.specs = specs;
    this.type = type;
    this.types = types;
    this.problems = problems;
    if (returned.isPresent()) {
      origins.put(Value.RETURN, new Source.ReturnValue());
      addIfWhole(Value.RETURN, returned.get());
    }
  }

  /** Returns the values; do not use them if problems were recorded. */
  List<Value> compile() {
    if (specs.size() > MAX_ARGUMENTS) {
      problems.at("args").add("a probe has at most " + MAX_ARGUMENTS + " arguments");
      return List.of();
    }
    addOrigins();
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      ArgumentSpec spec = specs.get(i);
      Optional<Operand> operand = operand(spec, problems.at("args", i));
      operand.ifPresent(
          found -> {
            values.add(new Value(spec.name(), found));
            addIfWhole(spec.name(), found);
          });
    }
    return values.size() == specs.size() ? withLengths(values) : values;
  }

  private void addOrigins() {
    List<String> names = new ArrayList<>();
    int next = 1;
    for (int i = 0; i < specs.size(); i++) {
      ArgumentSpec spec = specs.get(i);
      checkName(spec.name(), names, problems.at("args", i).at("name"));
      names.add(spec.name());
      if (spec.value() == null) {
        int index = spec.index() == null ? next : spec.index();
        problems
            .at("args", i)
            .at("index")
            .addIf(
                index < 1 || index > Source.Argument.MAX_INDEX,
                "must be from 1 to " + Source.Argument.MAX_INDEX);
        origins.putIfAbsent(spec.name(), new Source.Argument(index));
        next++;
      }
    }
  }

  private static void checkName(String name, List<String> earlier, Problems problems) {
    if (name == null) {
      problems.add("an argument needs a name");
    } else if (!Names.isIdentifier(name)) {
      problems.add(Names.IDENTIFIER_RULE);
    } else if (name.equals(Value.RETURN)) {
      problems.add("\"return\" is the name of the return value; name the argument differently");
    } else if (earlier.contains(name)) {
      problems.add("an earlier argument is named \"" + name + "\" too");
    }
  }

  private Optional<Operand> operand(ArgumentSpec spec, Problems inArgument) {
    Optional<ValuePath> path = Optional.empty();
    if (spec.value() != null) {
      inArgument
          .at("value")
          .addIf(
              spec.index() != null,
              "give either index or value; value: arg1->8 says which argument it begins with");
      path = inArgument.at("value").parse(() -> PathParser.parse(spec.value()));
      if (path.isEmpty()) {
        return Optional.empty();
      }
    }
    if (path.isPresent() && path.get().namesFields()) {
      return byFields(spec, path.get(), inArgument);
    }
    if (spec.type() == null) {
      inArgument.at("type").add("an argument needs a type, such as i32, u64, string or pointer");
      return Optional.empty();
    }
    ValueType valueType = DataTypes.of(spec.type(), spec.size(), spec.count(), inArgument);
    Optional<Source> source =
        path.isEmpty()
            ? Optional.ofNullable(origins.get(spec.name()))
            : source(path.get(), valueType, inArgument.at("value"));
    source.ifPresent(found -> DataTypes.checkFloating(valueType, found, "arg1", inArgument));
    return source.map(
        found -> new Operand(found, valueType, moment(spec, found, valueType, inArgument)));
  }

  private Optional<Operand> byFields(ArgumentSpec spec, ValuePath path, Problems inArgument) {
    return inArgument
        .at("value")
        .parse(() -> origin(path.origin()))
        .flatMap(
            from ->
                new Fields(types, inArgument)
                    .operand(
                        spec.value(),
                        from,
                        new Fields.Asked(spec.type(), spec.size(), spec.count())))
        .map(
            found ->
                new Operand(
                    found.source(),
                    found.type(),
                    moment(spec, found.source(), found.type(), inArgument)));
  }

  private Optional<Source> source(ValuePath path, ValueType valueType, Problems problems) {
    return problems.parse(
        () ->
            path.source(
                origin(path.origin()).orElseThrow(() -> unknown(path.origin())),
                DataTypes.elementSize(valueType)));
  }

  /** Returns the start of a path; empty if the probe does not define the name. */
  private Optional<Source> origin(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    if (!origins.containsKey(name) && numbered.matches()) {
      int index = Integer.parseInt(numbered.group(1));
      if (index > Source.Argument.MAX_INDEX) {
        throw new SyntaxException(1, "arguments go up to arg" + Source.Argument.MAX_INDEX);
      }
      return Optional.of(new Source.Argument(index));
    }
    if (!origins.containsKey(name) && name.equals(Value.RETURN)) {
      throw new SyntaxException(
          1, "a probe of type Entry has no return value, use type Return or Call");
    }
    return Optional.ofNullable(origins.get(name));
  }

  private SyntaxException unknown(String name) {
    return new SyntaxException(
        1,
        "no path begins with \"%s\"%s (known names: %s)"
            .formatted(
                name,
                NearestNames.hint(name, origins.keySet()),
                Stream.concat(Stream.of("arg1, arg2 ..."), origins.keySet().stream())
                    .collect(Collectors.joining(", "))));
  }

  private CapturePoint moment(
      ArgumentSpec spec, Source source, ValueType valueType, Problems inArgument) {
    CapturePoint earliest = new Operand(source, valueType).at();
    boolean isArgument = earliest == CapturePoint.ENTRY;
    if (type == ProbeType.RETURN && isArgument) {
      inArgument.add("a probe of type Return no longer sees the arguments, use type Call");
    }
    if (spec.at() == null || spec.at() == earliest) {
      return earliest;
    }
    if (!isArgument) {
      inArgument.at("at").add("the return value is known at the return only; leave at out");
    } else if (type != ProbeType.CALL) {
      inArgument
          .at("at")
          .add("only a probe of type Call reads arguments at the return, use type Call");
    }
    boolean isMemory =
        valueType.isBehindAddress()
            || source instanceof Source.Memory memory && !memory.offsets().isEmpty();
    inArgument
        .at("at")
        .addIf(
            !isMemory,
            "the argument itself is the same at the return; at: return is for what it points to,"
                + " such as value: \"*%s\"".formatted(spec.name()));
    return spec.at();
  }

  private void addIfWhole(String name, Operand operand) {
    if (operand.type() instanceof ValueType.Whole) {
      wholes.putIfAbsent(name, operand);
    }
  }

  private List<Value> withLengths(List<Value> values) {
    List<Value> result = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      result.add(withLength(specs.get(i), values.get(i), problems.at("args", i).at("length")));
    }
    return result;
  }

  private Value withLength(ArgumentSpec spec, Value value, Problems problems) {
    if (spec.length() == null) {
      return value;
    }
    boolean isText = spec.type() == DataType.STRING;
    if (!isText && spec.type() != DataType.BYTES) {
      problems.add("only a string and bytes have a length");
      return value;
    }
    Optional<Operand> length = Optional.ofNullable(wholes.get(spec.length()));
    problems.addIf(
        length.isEmpty(),
        "no integer argument of this probe is named \"%s\"%s"
            .formatted(spec.length(), NearestNames.hint(spec.length(), wholes.keySet())));
    Operand bytes = value.operand();
    problems.addIf(
        bytes.at() == CapturePoint.ENTRY
            && length.map(Operand::at).orElse(bytes.at()) == CapturePoint.RETURN,
        spec.length() + " is known at the return only; write at: return too");
    ValueType type = new ValueType.Bytes(bytes.type().size(), length, isText);
    return new Value(value.name(), new Operand(bytes.source(), type, bytes.at()));
  }
}
