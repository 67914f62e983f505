package dev.uprobe.agent.binary.demangle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An operator that can be overloaded.
 *
 * @param code two letters of a mangled name
 * @param operands how many it has in an expression
 */
record CxxOperator(String code, String symbol, int operands) {
  private static final List<String> UNARY =
      List.of("ng -", "ps +", "ad &", "de *", "co ~", "nt !", "pp ++", "mm --", "aw co_await");
  private static final List<String> MEMORY =
      List.of("nw new", "na new[]", "dl delete", "da delete[]");
  private static final List<String> BINARY =
      List.of("pl +", "mi -", "ml *", "dv /", "rm %", "an &", "or |", "eo ^", "ls <<", "rs >>");
  private static final List<String> ASSIGNING =
      List.of(
          "aS =", "pL +=", "mI -=", "mL *=", "dV /=", "rM %=", "aN &=", "oR |=", "eO ^=", "lS <<=",
          "rS >>=");
  private static final List<String> COMPARING =
      List.of("eq ==", "ne !=", "lt <", "gt >", "le <=", "ge >=", "ss <=>", "aa &&", "oo ||");
  private static final List<String> OTHERS =
      List.of("cm ,", "pm ->*", "pt ->", "ds .*", "ix []", "cl ()");

  private static final Map<String, CxxOperator> BY_CODE =
      Stream.of(
              all(UNARY, 1),
              all(MEMORY, 1),
              all(BINARY, 2),
              all(ASSIGNING, 2),
              all(COMPARING, 2),
              all(OTHERS, 2),
              all(List.of("qu ?"), 3))
          .flatMap(Function.identity())
          .collect(Collectors.toUnmodifiableMap(CxxOperator::code, Function.identity()));

  private static Stream<CxxOperator> all(List<String> codesAndSymbols, int operands) {
    return codesAndSymbols.stream()
        .map(each -> new CxxOperator(each.substring(0, 2), each.substring(3), operands));
  }

  static Optional<CxxOperator> of(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }
}
