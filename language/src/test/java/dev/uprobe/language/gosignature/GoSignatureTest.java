package dev.uprobe.language.gosignature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoSignatureTest {

  @Test
  void aMethodHasItsReceiverFirstAndStringsInTwoRegisters() {
    GoSignature signature =
        GoSignature.parse("func (c *Cart) Charge(customer string, cents int) (int, error)");
    assertEquals(
        List.of(
            new Value("c", argument(1, new ValueType.Pointer())),
            new Value("customer", argument(2, text(new Source.Argument(3)))),
            new Value("cents", argument(4, new ValueType.Whole(8, true)))),
        signature.arguments());
    assertEquals(
        List.of(
            new Value("return", returned(1, new ValueType.Whole(8, true))),
            new Value("return2", returned(2, new ValueType.Pointer()))),
        signature.results());
    assertEquals(Map.of(), signature.unavailable());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "func f(a bool, x int)                      | 2",
        "func f(a, b int, x int)                    | 3",
        "func f(a []byte, x int)                    | 4",
        "func f(a [][]string, x int)                | 4",
        "func f(a interface{ M(x int) }, x int)     | 3",
        "func f(ctx context.Context, x int)         | 3",
        "func f(a map[string][]int, x int)          | 2",
        "func f(a func(int, string) (int, error), x int) | 2",
        "func f(a chan<- int, x int)                | 2",
        "func f(a <-chan *http.Request, x int)      | 2",
        "func f(a float64, x int)                   | 1",
        "func f(a struct{ b, c int; d string }, x int) | 5",
        "func f(a [1]string, x int)                 | 3",
        "func f(a [4]int, x int)                    | 1",
        "func f(a struct{}, x int)                  | 1",
        "func f(a time.Time, x int)                 | 4",
        "func f(a *pkg.Unknown, x int)              | 2",
        "func f(_ string, x int)                    | 3",
        "func (s Stringer[int]) f()                 | 0",
        "func (s *List[int]) f(x int)               | 2"
      })
  void earlierParametersTakeTheirRegisters(String text, int register) {
    if (register == 0) {
      assertThrows(SyntaxException.class, () -> GoSignature.parse(text));
      return;
    }
    Value x =
        GoSignature.parse(text).arguments().stream()
            .filter(each -> each.name().equals("x"))
            .findFirst()
            .orElseThrow();
    assertEquals(new Source.Argument(register), x.operand().source());
  }

  @Test
  void parametersWithoutNamesAreNumbered() {
    GoSignature signature = GoSignature.parse("func f(string, ...int) uint8");
    assertEquals(List.of("arg1", "arg2"), names(signature.arguments()));
    assertEquals(List.of("return"), names(signature.results()));
  }

  @Test
  void whatIsOnTheStackOrInOtherRegistersSaysSo() {
    GoSignature signature =
        GoSignature.parse("func f(a, b, c, d string, e float32, f string, g int) [2]int");
    assertEquals(List.of("a", "b", "c", "d"), names(signature.arguments()));
    assertTrue(signature.unavailable().get("e").contains("float32"));
    assertTrue(signature.unavailable().get("f").contains("on the stack"));
    assertTrue(signature.unavailable().get("g").contains("on the stack"));
    assertTrue(signature.unavailable().get("return").contains("on the stack"));
  }

  @Test
  void aNamedResultSaysHowItIsCalled() {
    GoSignature signature = GoSignature.parse("func f() (n int, err error)");
    assertEquals(List.of("return", "return2"), names(signature.results()));
    assertTrue(signature.unavailable().get("err").contains("return2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "func f(cart Cart)         | column 13: the registers of this type",
        "func f(Cart, int)         | column 8: the registers of this type",
        "func f[T any](a T)        | column 7: a generic function takes a dictionary",
        "func (a int) int          | column 17: expected \"(\", found the end",
        "func f(a int              | column 13: expected",
        "func f(a int) int x       | column 19: expected the end",
        "func f(a int, a string)   | column 15: two parameters are named a",
        "func                      | column 5: expected the function's name"
      })
  void whatCannotBeUnderstoodSaysWhere(String text, String message) {
    SyntaxException e = assertThrows(SyntaxException.class, () -> GoSignature.parse(text));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void deepNestingIsRefused() {
    String text = "func f(a " + "*".repeat(2000) + "int)";
    assertThrows(SyntaxException.class, () -> GoSignature.parse(text));
  }

  @Test
  void aPrototypeOfCIsNoneOfGo() {
    assertFalse(GoSignature.isGo("int func(int a)"));
    assertFalse(GoSignature.isGo("function_t *function(void)"));
    assertTrue(GoSignature.isGo(" func f()"));
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private static Operand argument(int register, ValueType type) {
    return new Operand(new Source.Argument(register), type);
  }

  private static Operand returned(int register, ValueType type) {
    return new Operand(new Source.ReturnValue(register), type);
  }

  private static ValueType text(Source length) {
    Operand operand = new Operand(length, new ValueType.Whole(8, true));
    return new ValueType.Bytes(ValueType.DEFAULT_LIMIT, Optional.of(operand), true);
  }
}
