package dev.uprobe.language.prototype;

import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a function, as values.
 *
 * @param unavailable the parameters in floating-point registers, with the reason for each
 */
record ParameterList(List<Value> values, Map<String, String> unavailable) {
  /** Number of arguments that are always in registers; x86-64 has fewer (6) than arm64 (8). */
  private static final int REGISTERS = 6;

  private static final int FLOATING_REGISTERS = 8;
  private static final Set<String> LENGTHS =
      Set.of("n", "len", "length", "size", "count", "num", "nbytes", "nmemb");

  /** Names of objects and addresses: a number after one of them counts something else. */
  private static final Set<String> ADDRESSES =
      Set.of("self", "this", "obj", "object", "ctx", "context", "handle", "addr", "address");

  /**
   * Returns the parameters as values.
   *
   * @param isMethod whether the first parameter is an object
   */
  static ParameterList of(List<Declaration> parameters, boolean isMethod) {
    Map<String, Value> values = new LinkedHashMap<>();
    Map<String, String> unavailable = new LinkedHashMap<>();
    int floating = 0;
    boolean stackShifted = false;
    for (int i = 0; i < parameters.size(); i++) {
      Declaration parameter = parameters.get(i);
      String name = parameter.name().map(Token::text).orElse("arg" + (i + 1));
      if (values.containsKey(name) || unavailable.containsKey(name)) {
        throw new SyntaxException(parameter.nameColumn(), "two parameters are named " + name);
      }
      Optional<BaseType.Floating> type = Passing.floating(parameter);
      if (type.isPresent()) {
        unavailable.put(name, Passing.whyNotRead(type.get()));
        stackShifted |= type.get().inMemory() || ++floating > FLOATING_REGISTERS;
        continue;
      }
      int index = values.size() + 1;
      checkPlace(parameter, index, stackShifted);
      ValueType valueType = Passing.valueType(parameter);
      values.put(name, new Value(name, new Operand(new Source.Argument(index), valueType)));
    }
    return new ParameterList(withBuffers(parameters, values, isMethod), unavailable);
  }

  private static void checkPlace(Declaration parameter, int index, boolean stackShifted) {
    if (index > Source.Argument.MAX_INDEX) {
      throw new SyntaxException(
          parameter.column(),
          "at most %d integer parameters can be captured; end the list here with ..."
              .formatted(Source.Argument.MAX_INDEX));
    }
    if (index > REGISTERS && stackShifted) {
      throw new SyntaxException(
          parameter.column(),
          "this parameter is on the stack after floating-point ones, where it cannot be found;"
              + " end the list here with ...");
    }
  }

  /** Turns each {@code void *} that has a length into bytes of that length. */
  private static List<Value> withBuffers(
      List<Declaration> parameters, Map<String, Value> values, boolean isMethod) {
    List<Value> result = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Declaration parameter = parameters.get(i);
      Value value = values.get(parameter.name().map(Token::text).orElse("arg" + (i + 1)));
      if (value == null) {
        continue;
      }
      Optional<Operand> length =
          parameter.isBuffer()
              ? length(parameters, i, values, isMethod && i == 0)
              : Optional.empty();
      if (length.isPresent()) {
        ValueType bytes = new ValueType.Bytes(ValueType.DEFAULT_LIMIT, length);
        value = new Value(value.name(), new Operand(value.operand().source(), bytes));
      }
      result.add(value);
    }
    return result;
  }

  private static Optional<Operand> length(
      List<Declaration> parameters, int buffer, Map<String, Value> values, boolean isObject) {
    if (parameters.get(buffer).derivations().get(0) instanceof Declaration.Array array
        && !array.length().isEmpty()) {
      // Man pages since 6.0 name the length: void buf[.count]
      return array.length().startsWith(".")
          ? whole(array.length().substring(1), values)
          : Optional.empty();
    }
    if (isObject || parameters.get(buffer).name().filter(ParameterList::isAddress).isPresent()) {
      return Optional.empty();
    }
    // Of two counts in a row, as in fread, neither alone is the length.
    return lengthAt(parameters, buffer + 2, values).isPresent()
        ? Optional.empty()
        : lengthAt(parameters, buffer + 1, values);
  }

  private static Optional<Operand> lengthAt(
      List<Declaration> parameters, int i, Map<String, Value> values) {
    return i >= parameters.size()
        ? Optional.empty()
        : parameters
            .get(i)
            .name()
            .map(Token::text)
            .filter(name -> LENGTHS.contains(plain(name)))
            .flatMap(name -> whole(name, values));
  }

  private static boolean isAddress(Token name) {
    return ADDRESSES.contains(plain(name.text()));
  }

  /** Headers write names with underscores. */
  private static String plain(String name) {
    return name.replaceFirst("^_+", "");
  }

  private static Optional<Operand> whole(String name, Map<String, Value> values) {
    return Optional.ofNullable(values.get(name))
        .map(Value::operand)
        .filter(operand -> operand.type() instanceof ValueType.Whole);
  }
}
