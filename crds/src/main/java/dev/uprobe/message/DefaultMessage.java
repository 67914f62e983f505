package dev.uprobe.message;

import dev.uprobe.plan.ProbeType;
import dev.uprobe.plan.Value;
import dev.uprobe.scope.Scope;
import java.util.List;
import java.util.stream.Collectors;

/** How events read where no message is given: {@code func(counter=1) = 1 [12us]}. */
public final class DefaultMessage {
  private DefaultMessage() {}

  /**
   * Returns the template of a probe's message.
   *
   * @param symbol stands for the function's name where an argument is called {@code function}
   */
  public static String template(ProbeType type, String symbol, List<Value> values) {
    List<String> names = values.stream().map(Value::name).toList();
    boolean hasReturn = names.contains(Value.RETURN);
    String function =
        names.contains(Scope.FUNCTION)
            ? symbol.replace("{", "{{").replace("}", "}}")
            : "{" + Scope.FUNCTION + "}";
    String call =
        names.stream()
            .filter(name -> !name.equals(Value.RETURN))
            .map(name -> name + "={" + name + "}")
            .collect(Collectors.joining(", ", function + "(", ")"));
    return switch (type) {
      case ENTRY -> call;
      case RETURN -> function + (hasReturn ? " returned {return}" : " returned");
      case CALL -> call + (hasReturn ? " = {return}" : "") + " [{duration}]";
    };
  }
}
