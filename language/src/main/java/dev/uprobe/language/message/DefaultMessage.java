package dev.uprobe.language.message;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.scope.Scope;
import java.util.List;
import java.util.stream.Collectors;

/** The default text of events: {@code func(counter=1) = 1 [12us]}. */
public final class DefaultMessage {
  private DefaultMessage() {}

  /**
   * Returns the template of a probe's message.
   *
   * @param symbol replaces the function's name if an argument is named {@code function}
   */
  public static String template(ProbeType type, String symbol, List<Value> values) {
    List<String> names = values.stream().map(Value::name).toList();
    String returned = returned(values.stream().filter(Value::isReturn).map(Value::name).toList());
    String function =
        names.contains(Scope.FUNCTION)
            ? symbol.replace("{", "{{").replace("}", "}}")
            : "{" + Scope.FUNCTION + "}";
    String call =
        values.stream()
            .filter(value -> !value.isReturn())
            .map(Value::name)
            .map(name -> name + "={" + name + "}")
            .collect(Collectors.joining(", ", function + "(", ")"));
    return switch (type) {
      case ENTRY -> call;
      case RETURN -> function + " returned" + (returned.isEmpty() ? "" : " " + returned);
      case CALL -> call + (returned.isEmpty() ? "" : " = " + returned) + " [{duration}]";
    };
  }

  /** A function of Go may return several values. */
  private static String returned(List<String> names) {
    String list = names.stream().map(name -> "{" + name + "}").collect(Collectors.joining(", "));
    return names.size() > 1 ? "(" + list + ")" : list;
  }
}
