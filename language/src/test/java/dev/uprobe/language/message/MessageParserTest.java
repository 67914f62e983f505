package dev.uprobe.language.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.MessageTemplate.Literal;
import dev.uprobe.language.plan.MessageTemplate.Reference;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
  private static final Scope CALL =
      new Scope(ProbeType.CALL, List.of(value("customer"), value("return")), Map.of());

  @Test
  void cutsATemplateIntoTextAndReferences() {
    assertEquals(
        List.of(
            new Literal("charged "),
            new Reference("customer"),
            new Literal(" -> "),
            new Reference("return")),
        MessageParser.parse("charged {customer} -> { return }", CALL).parts());
  }

  @Test
  void readsDoubledBracesAsBraces() {
    assertEquals(
        List.of(new Literal("{\"customer\": "), new Reference("customer"), new Literal("}")),
        MessageParser.parse("{{\"customer\": {customer}}}", CALL).parts());
  }

  @Test
  void anEmptyMessageIsEmpty() {
    assertEquals(List.of(), MessageParser.parse("", CALL).parts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"function", "duration", "comm", "pid", "tid", "cpu", "probe"})
  void knowsWhatIsBuiltIn(String name) {
    assertEquals(List.of(new Reference(name)), MessageParser.parse("{" + name + "}", CALL).parts());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a {custmer}  | column 4: nothing is named "custmer" here; did you mean "customer"? (known names: customer, return, duration, function, comm, pid, tid, cpu, probe)
          a {customer  | column 3: "{" without "}"; write a brace as "{{"
          a } b        | column 3: "}" without "{"; write a brace as "}}"
          a {} b       | column 3: "{}" without a name; write braces as "{{}}"
          """)
  void saysWhereAndWhyATemplateIsWrong(String template, String message) {
    assertEquals(message, problem(template, CALL));
  }

  @Test
  void onlyACallHasADuration() {
    assertEquals(
        "column 2: duration cannot be used: only a probe of type Call has a duration",
        problem("{duration}", new Scope(ProbeType.RETURN, List.of(), Map.of())));
  }

  @Test
  void limitsLength() {
    assertEquals(
        "column 4097: a message has at most 4096 characters", problem("x".repeat(5000), CALL));
  }

  private static String problem(String template, Scope scope) {
    return assertThrows(SyntaxException.class, () -> MessageParser.parse(template, scope))
        .getMessage();
  }

  private static Value value(String name) {
    return new Value(name, new Operand(new Source.Argument(1), new ValueType.Whole(8, true)));
  }
}
