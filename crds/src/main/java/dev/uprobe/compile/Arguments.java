package dev.uprobe.compile;

import dev.uprobe.plan.Operand;
import dev.uprobe.plan.Source;
import dev.uprobe.plan.Value;
import dev.uprobe.plan.ValueType;
import dev.uprobe.text.NearestNames;
import dev.uprobe.v1alpha1.ArgumentSpec;
import dev.uprobe.v1alpha1.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles the arguments that a probe lists under {@code args}. */
final class Arguments {
  private static final int MAX_ARGUMENTS = Source.Argument.MAX_INDEX;

  private final List<ArgumentSpec> specs;
  private final Problems problems;

  /** The arguments that can be a length, by name. */
  private final Map<String, Operand> wholes = new HashMap<>();

  Arguments(List<ArgumentSpec> specs, Problems problems) {
    this.specs = specs;
    this.problems = problems;
  }

  /** Returns the values; they are of no use if problems were noted. */
  List<Value> compile() {
    if (specs.size() > MAX_ARGUMENTS) {
      problems.at("args").add("a probe has at most " + MAX_ARGUMENTS + " arguments");
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      ArgumentSpec spec = specs.get(i);
      checkName(spec.name(), names, problems.at("args", i).at("name"));
      if (spec.name() != null && spec.type() != null) {
        names.add(spec.name());
        Operand operand = new Operand(source(i), DataTypes.of(spec.type(), 1, Optional.empty()));
        if (operand.type() instanceof ValueType.Whole) {
          wholes.put(spec.name(), operand);
        }
      }
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      value(i).ifPresent(values::add);
    }
    return values;
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

  private Optional<Value> value(int i) {
    ArgumentSpec spec = specs.get(i);
    Problems inArgument = problems.at("args", i);
    inArgument
        .at("index")
        .addIf(
            spec.index() != null && (spec.index() < 1 || spec.index() > Source.Argument.MAX_INDEX),
            "must be from 1 to " + Source.Argument.MAX_INDEX);
    if (spec.type() == null) {
      inArgument.at("type").add("an argument needs a type, such as i32, u64, string or pointer");
      return Optional.empty();
    }
    int size = DataTypes.size(spec.type(), spec.size(), inArgument);
    Optional<Operand> length = length(spec, inArgument.at("length"));
    ValueType type = DataTypes.of(spec.type(), size, length);
    return Optional.of(new Value(spec.name(), new Operand(source(i), type)));
  }

  private Optional<Operand> length(ArgumentSpec spec, Problems problems) {
    if (spec.length() == null) {
      return Optional.empty();
    }
    if (spec.type() != DataType.BYTES) {
      problems.add("only bytes have a length");
      return Optional.empty();
    }
    Optional<Operand> length = Optional.ofNullable(wholes.get(spec.length()));
    problems.addIf(
        length.isEmpty(),
        "no whole-number argument of this probe is named \"%s\"%s"
            .formatted(spec.length(), NearestNames.hint(spec.length(), wholes.keySet())));
    return length;
  }

  private Source source(int i) {
    Integer index = specs.get(i).index();
    return new Source.Argument(index == null ? i + 1 : index);
  }
}
