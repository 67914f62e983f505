package dev.uprobe.language.gosignature;

import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Assigns registers to the parameters or results of a function: a value gets all registers that it
 * needs, or is passed on the stack.
 *
 * @param values those that can be read
 * @param unavailable the others by name, with the reason for each
 */
record Registers(List<Value> values, Map<String, String> unavailable) {
  /** Those of amd64, in order: RAX, RBX, RCX, RDI, RSI, R8, R9, R10, R11; arm64 has more. */
  static final int INTEGERS = 9;

  /** X0 to X14 of amd64; arm64 has one more. */
  private static final int FLOATS = 15;

  private static final String ON_STACK =
      "it is passed on the stack, as all registers that every processor has are taken";

  /** A value, and the name under which it is known. */
  record Named(String name, GoType type) {}

  static Registers assign(List<Named> all, IntFunction<Source> register) {
    Registers assigned = new Registers(new ArrayList<>(), new LinkedHashMap<>());
    int integers = 0;
    int floats = 0;
    boolean full = false;
    for (Named each : all) {
      GoType type = each.type();
      if (type.inMemory()) {
        assigned.unavailable.put(each.name(), type.whyNot());
        continue;
      }
      // From here on, processors with more registers differ.
      full |= integers + type.integers() > INTEGERS || floats + type.floats() > FLOATS;
      if (full) {
        assigned.unavailable.put(each.name(), ON_STACK);
        continue;
      }
      if (type.shown().isPresent()) {
        assigned.values.add(value(each.name(), type.shown().get(), integers + 1, register));
      } else {
        assigned.unavailable.put(each.name(), type.whyNot());
      }
      integers += type.integers();
      floats += type.floats();
    }
    return assigned;
  }

  private static Value value(String name, ValueType type, int first, IntFunction<Source> register) {
    ValueType read = type;
    if (type instanceof ValueType.Bytes bytes) {
      Operand length = new Operand(register.apply(first + 1), new ValueType.Whole(8, true));
      read = new ValueType.Bytes(bytes.limit(), Optional.of(length), bytes.text());
    }
    return new Value(name, new Operand(register.apply(first), read));
  }
}
