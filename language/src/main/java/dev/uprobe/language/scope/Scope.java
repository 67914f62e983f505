package dev.uprobe.language.scope;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.NearestNames;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that one probe's conditions and message can use: its values, and built-in names.
 *
 * <p>A value hides a built-in name.
 */
public final class Scope {
  public static final String DURATION = "duration";
  public static final String FUNCTION = "function";

  private static final List<String> SHOWN = List.of(FUNCTION, "comm", "pid", "tid", "cpu", "probe");
  private static final Operand PROCESS_ID =
      new Operand(new Source.ProcessId(), new ValueType.Whole(4, false));
  private static final Operand THREAD_ID =
      new Operand(new Source.ThreadId(), new ValueType.Whole(4, false));
  private static final Operand COMM = new Operand(new Source.Comm(), new ValueType.Text(15));
  private static final Operand ELAPSED =
      new Operand(new Source.Duration(), new ValueType.Whole(8, false));

  private final Map<String, Operand> operands = new LinkedHashMap<>();
  private final Set<String> references = new LinkedHashSet<>();
  private final Map<String, String> unavailable = new LinkedHashMap<>();

  /**
   * @param values values of an event of the probe
   * @param unavailable names that exist but cannot be read, with the reason for each
   */
  public Scope(ProbeType type, List<Value> values, Map<String, String> unavailable) {
    if (type != ProbeType.CALL) {
      this.unavailable.put(DURATION, "only a probe of type Call has a duration");
    }
    if (type == ProbeType.ENTRY) {
      this.unavailable.put(
          Value.RETURN, "a probe of type Entry has no return value, use type Return or Call");
    }
    this.unavailable.putAll(unavailable);
    for (Value value : values) {
      operands.put(value.name(), value.operand());
      references.add(value.name());
      this.unavailable.remove(value.name());
    }
    operands.putIfAbsent(DURATION, ELAPSED);
    operands.putIfAbsent("pid", PROCESS_ID);
    operands.putIfAbsent("tid", THREAD_ID);
    operands.putIfAbsent("comm", COMM);
    references.add(DURATION);
    references.addAll(SHOWN);
    operands.keySet().removeAll(this.unavailable.keySet());
    references.removeAll(this.unavailable.keySet());
  }

  /** Returns the value that a condition compares by this name. */
  public Optional<Operand> operand(String name) {
    return Optional.ofNullable(operands.get(name));
  }

  /** Returns whether a message can show the value of this name. */
  public boolean canShow(String name) {
    return references.contains(name);
  }

  /** Returns whether the value of this name exists but cannot be read. */
  public boolean isUnavailable(String name) {
    return unavailable.containsKey(name);
  }

  /** Returns why a condition cannot compare the value of this name. */
  public String whyNotCompared(String name) {
    return references.contains(name)
        ? name + " can be shown in a message, but not compared"
        : whyUnknown(name, operands.keySet());
  }

  /** Returns why a message cannot show the value of this name. */
  public String whyNotShown(String name) {
    return whyUnknown(name, references);
  }

  private String whyUnknown(String name, Collection<String> known) {
    if (unavailable.containsKey(name)) {
      return name + " cannot be used: " + unavailable.get(name);
    }
    return "nothing is named \"%s\" here%s (known names: %s)"
        .formatted(name, NearestNames.hint(name, known), String.join(", ", known));
  }
}
