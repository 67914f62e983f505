package dev.uprobe.language.where;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhereCompilerTest {
  private static final List<Value> VALUES =
      List.of(
          argument("cents", 1, new ValueType.Whole(8, false)),
          argument("fd", 2, new ValueType.Whole(4, true)),
          argument("small", 3, new ValueType.Whole(1, true)),
          argument("c", 4, new ValueType.Char()),
          argument("flag", 5, new ValueType.Bool()),
          argument("ptr", 6, new ValueType.Pointer()),
          argument("customer", 7, new ValueType.Text(64)),
          argument("buf", 8, new ValueType.Bytes(64, Optional.empty())),
          argument("short", 9, new ValueType.Text(4)),
          argument("numbers", 10, new ValueType.Array(new ValueType.Whole(4, true), 4)),
          argument("price", 11, new ValueType.Real(8)),
          new Value("return", new Operand(new Source.ReturnValue(), new ValueType.Whole(8, true))));
  private static final Scope CALL =
      new Scope(ProbeType.CALL, VALUES, Map.of("rate", "a double is in no integer register"));

  @Test
  void compilesAComparisonToAClauseOfOneCondition() {
    assertEquals(
        List.of(
            new Clause(
                List.of(
                    new Condition.Number(
                        new Operand(new Source.Argument(1), new ValueType.Whole(8, false)),
                        Condition.Operator.GREATER_OR_EQUAL,
                        1000)))),
        WhereCompiler.compile("cents >= 1000", CALL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cents == 1                      | arg1 EQUAL 1
          cents!=1                        | arg1 NOT_EQUAL 1
          cents < 1                       | arg1 LESS 1
          cents <= 1                      | arg1 LESS_OR_EQUAL 1
          cents > 1                       | arg1 GREATER 1
          cents & 0x40                    | arg1 ANY_BIT 64
          fd & 0x80000000                 | arg2 ANY_BIT 2147483648
          fd == -1                        | arg2 EQUAL -1
          fd == 0o17                      | arg2 EQUAL 15
          fd == 0x1F                      | arg2 EQUAL 31
          fd == 'a'                       | arg2 EQUAL 97
          c == 'a'                        | arg4 EQUAL 97
          c == '\\n'                      | arg4 EQUAL 10
          c == '\\''                      | arg4 EQUAL 39
          c == '\\xff'                    | arg4 EQUAL 255
          c >= '0'                        | arg4 GREATER_OR_EQUAL 48
          flag == true                    | arg5 EQUAL 1
          flag != false                   | arg5 NOT_EQUAL 0
          flag == 1                       | arg5 EQUAL 1
          ptr != NULL                     | arg6 NOT_EQUAL 0
          ptr > 0xffff800000000000        | arg6 GREATER -140737488355328
          customer != NULL                | arg7 NOT_EQUAL 0
          buf == NULL                     | arg8 EQUAL 0
          customer == 'acme'              | arg7 EQUAL <acme>
          customer != 'acme'              | arg7 NOT_EQUAL <acme>
          customer == ''                  | arg7 EQUAL <>
          customer startsWith 'acme-'     | arg7 STARTS_WITH <acme->
          customer endsWith "'s"          | arg7 ENDS_WITH <'s>
          customer contains 'a b'         | arg7 CONTAINS <a b>
          customer contains 'a\\\\b\\'c'    | arg7 CONTAINS <a\\b'c>
          customer == 'é'                 | arg7 EQUAL <Ã©>
          customer == '\\xff'             | arg7 EQUAL <ÿ>
          numbers != NULL                 | arg10 NOT_EQUAL 0
          short startsWith '12345'        | arg9 STARTS_WITH <12345>
          buf startsWith 'GET '           | arg8 STARTS_WITH <GET >
          comm == 'nginx'                 | comm EQUAL <nginx>
          customer == 'a' or cents == 1   | arg7 EQUAL <a> or arg1 EQUAL 1
          cents == 18446744073709551615   | arg1 EQUAL -1
          small == -128                   | arg3 EQUAL -128
          return < 0                      | return LESS 0
          pid == 42                       | pid EQUAL 42
          tid == 42                       | tid EQUAL 42
          duration > 10ms                 | duration GREATER 10000000
          duration > 1.5us                | duration GREATER 1500
          duration <= 2s                  | duration LESS_OR_EQUAL 2000000000
          duration == 7ns                 | duration EQUAL 7
          cents == 10..20                 | arg1 GREATER_OR_EQUAL 10, arg1 LESS_OR_EQUAL 20
          cents != 10 .. 20               | arg1 LESS 10 or arg1 GREATER 20
          fd == -5..-1                    | arg2 GREATER_OR_EQUAL -5, arg2 LESS_OR_EQUAL -1
          duration == 1ms..1.5ms          | duration GREATER_OR_EQUAL 1000000, duration LESS_OR_EQUAL 1500000
          cents == 1 or fd == 2           | arg1 EQUAL 1 or arg2 EQUAL 2
          cents == 1 or fd == 2 or fd == 3| arg1 EQUAL 1 or arg2 EQUAL 2 or arg2 EQUAL 3
          cents == 1..2 or fd == 3        | arg1 GREATER_OR_EQUAL 1 or arg2 EQUAL 3, arg1 LESS_OR_EQUAL 2 or arg2 EQUAL 3
          cents == 1..2 or fd == 3..4     | arg1 GREATER_OR_EQUAL 1 or arg2 GREATER_OR_EQUAL 3, arg1 GREATER_OR_EQUAL 1 or arg2 LESS_OR_EQUAL 4, arg1 LESS_OR_EQUAL 2 or arg2 GREATER_OR_EQUAL 3, arg1 LESS_OR_EQUAL 2 or arg2 LESS_OR_EQUAL 4
          cents != 1..2 or fd == 3        | arg1 LESS 1 or arg1 GREATER 2 or arg2 EQUAL 3
          """)
  void compilesToClausesThatMustAllHold(String entry, String clauses) {
    assertEquals(clauses, described(WhereCompiler.compile(entry, CALL)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cnts == 1            | column 1: nothing is named "cnts" here; did you mean "cents"? (known names: cents, fd, small, c, flag, ptr, customer, buf, short, numbers, price, return, duration, pid, tid, comm)
          rate > 1             | column 1: rate cannot be used: a double is in no integer register
          comm == 1            | column 9: expected a text in quotes, such as 'acme-', found "1"
          cpu == 1             | column 1: cpu can be shown in a message, but not compared
          comm == NULL         | column 9: expected a text in quotes, such as 'acme-', found "NULL"
          comm == 'sixteen-letters!' | column 9: a comm has at most 15 bytes, this one has 16
          customer = 'x'       | column 10: expected one of == != startsWith endsWith contains, found "="
          customer < 'x'       | column 10: expected one of == != startsWith endsWith contains, found "<"
          customer startswith 'x' | column 10: expected one of == != startsWith endsWith contains, found "startswith"
          customer == acme     | column 13: expected a text in quotes, such as 'acme-', found "acme"
          customer == 'acme    | column 13: this text has no closing quote
          customer == "acme'   | column 13: this text has no closing quote
          customer == 'a\\qb' | column 15: no such escape; there are \\n, \\r, \\t, \\0, \\xNN, \\\\, \\' and \\"
          customer == 'a\\0b' | column 13: a string ends at its \\0, so it cannot have one in it
          customer contains '' | column 19: every text matches this; write the text to look for, or == ''
          customer == '1234567890123456789012345678901234567890123456789012345678901234' | column 13: a text to compare with has at most 63 bytes, this one has 64
          short endsWith '12345' | column 16: short captures 4 bytes, the text has 5; give short a larger size
          customer == 'a' 'b'  | column 17: expected "or" or the end, found "'"
          cents == 'acme'      | column 10: expected a constant: a number, 'c', true, false or NULL, found "'"
          numbers == 1         | column 9: numbers is an array, which can only be compared by == NULL and != NULL
          numbers == 'a'       | column 9: numbers is an array, which can only be compared by == NULL and != NULL
          price > 1            | column 1: price is a floating-point number, which the kernel cannot compare
          cents = 1            | column 7: expected one of == != < <= > >= &, found "="
          cents                | column 6: expected one of == != < <= > >= &, found the end
          cents ==             | column 9: expected a constant: a number, 'c', true, false or NULL, found the end
          cents == fd          | column 10: expected a constant: a number, 'c', true, false or NULL, found "fd"
          10 < cents           | column 1: expected the name of a value, found "10"
          cents == 10 20       | column 13: expected "or" or the end, found "20"
          cents == 1.5         | column 11: expected "or" or the end, found ".5"
          cents == 1 and fd == 2 | column 12: write the other condition as a separate entry; all entries must hold
          cents == 1 or        | column 14: expected the name of a value, found the end
          cents < 0            | column 9: this can never hold, cents is from 0 to 18446744073709551615; if it can be negative, give it a signed type such as i32
          small < -128         | column 9: this can never hold, small is from -128 to 127
          small > 127          | column 9: this can never hold, small is from -128 to 127
          c < 0                | column 5: this can never hold, c is from 0 to 255
          pid < 0              | column 7: this can never hold, pid is from 0 to 4294967295
          duration < 0ms       | column 12: this can never hold, duration is from 0 to 9223372036854775807
          cents == -1          | column 10: -1 is out of range for cents: from 0 to 18446744073709551615
          small == 128         | column 10: 128 is out of range for small: from -128 to 127
          fd == 0xffffffff     | column 7: 4294967295 is out of range for fd: from -2147483648 to 2147483647
          fd & 0               | column 6: 0 is out of range for fd: from 1 to 4294967295
          flag == 2            | column 9: 2 is out of range for flag: from 0 to 1
          flag < 1             | column 6: flag is a bool, which can only be compared with == and !=
          c == 256             | column 6: 256 is out of range for c: from 0 to 255
          cents == NULL        | column 10: only a pointer can be compared with NULL
          ptr == true          | column 8: a pointer is compared with NULL or an address, not with true
          cents == 017         | column 10: write an octal number with 0o, a decimal one without 0
          cents == 10ms        | column 10: this is not a number; numbers look like 10, -10, 0x1f or 0o17, without a unit
          duration > 10        | column 12: a duration needs a unit: ns, us, ms or s, such as 10ms
          duration > 10min     | column 12: a duration needs a unit: ns, us, ms or s, such as 10ms
          duration > 0.5ns     | column 12: a duration is a whole number of nanoseconds
          duration > 9999999999s | column 12: 9999999999000000000 is out of range for duration: from 0 to 9223372036854775807
          duration & 1ms       | column 10: a duration has no bits to test
          cents == 20..10      | column 10: the range is empty; write the smaller number first
          cents < 10..20       | column 9: a range can only be compared with == and !=
          """)
  void saysWhereAndWhyAnEntryCannotBeCompiled(String entry, String message) {
    assertEquals(message, problem(entry, CALL));
  }

  @Test
  void twoBarsAreAnOr() {
    assertEquals(
        "arg1 EQUAL 1 or arg2 EQUAL 2",
        described(WhereCompiler.compile("cents == 1||fd == 2", CALL)));
  }

  @Test
  void onlyACallHasADurationAndOnlyAProbeAtTheReturnAReturnValue() {
    Scope entry = new Scope(ProbeType.ENTRY, List.of(), Map.of());
    assertEquals(
        "column 1: duration cannot be used: only a probe of type Call has a duration",
        problem("duration > 1ms", entry));
    assertEquals(
        "column 1: return cannot be used: a probe of type Entry has no return value, use type"
            + " Return or Call",
        problem("return == 0", entry));
  }

  @Test
  void anArgumentHidesWhatIsBuiltIn() {
    Scope scope =
        new Scope(
            ProbeType.ENTRY,
            List.of(
                argument("pid", 1, new ValueType.Whole(4, true)),
                argument("duration", 2, new ValueType.Whole(8, true))),
            Map.of("tid", "a float is in no integer register"));
    assertEquals("arg1 EQUAL -1", described(WhereCompiler.compile("pid == -1", scope)));
    assertEquals("arg2 GREATER 10", described(WhereCompiler.compile("duration > 10", scope)));
    assertEquals(
        "column 1: tid cannot be used: a float is in no integer register",
        problem("tid == 1", scope));
  }

  @Test
  void limitsLengthAndTheConditionsThatRangesExpandTo() {
    assertEquals(
        "column 43: this gives more than 16 conditions; use fewer ranges",
        problem("cents == 1..2 or cents == 1..2 or fd == 1 or fd == 1..2 or fd == 1..2", CALL));
    assertEquals(
        "column 1025: a condition has at most 1024 characters",
        problem("cents == 1" + " ".repeat(1024), CALL));
  }

  private static Value argument(String name, int index, ValueType type) {
    return new Value(name, new Operand(new Source.Argument(index), type));
  }

  private static String problem(String entry, Scope scope) {
    return assertThrows(SyntaxException.class, () -> WhereCompiler.compile(entry, scope))
        .getMessage();
  }

  private static String described(List<Clause> clauses) {
    return clauses.stream()
        .map(
            clause ->
                clause.anyOf().stream()
                    .map(WhereCompilerTest::described)
                    .collect(Collectors.joining(" or ")))
        .collect(Collectors.joining(", "));
  }

  private static String described(Condition condition) {
    String left = described(condition.left().source()) + " ";
    if (condition instanceof Condition.Text text) {
      return left + text.match() + " <" + text.right() + ">";
    }
    Condition.Number number = (Condition.Number) condition;
    return left + number.operator() + " " + number.right();
  }

  private static String described(Source source) {
    if (source instanceof Source.Argument argument) {
      return "arg" + argument.index();
    }
    if (source instanceof Source.ReturnValue) {
      return "return";
    }
    if (source instanceof Source.Duration) {
      return "duration";
    }
    if (source instanceof Source.Comm) {
      return "comm";
    }
    return source instanceof Source.ProcessId ? "pid" : "tid";
  }
}
