package dev.uprobe.language.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultMessageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ENTRY  | a b      | {function}(a={a}, b={b})
          ENTRY  | ''       | {function}()
          RETURN | return   | {function} returned {return}
          RETURN | ''       | {function} returned
          CALL   | a return | {function}(a={a}) = {return} [{duration}]
          CALL   | a        | {function}(a={a}) [{duration}]
          ENTRY  | function | operator{{}}(function={function})
          """)
  void showsTheCallAsCWritesIt(ProbeType type, String names, String expected) {
    var values =
        Arrays.stream(names.split(" "))
            .filter(name -> !name.isEmpty())
            .map(
                name ->
                    new Value(
                        name, new Operand(new Source.Argument(1), new ValueType.Whole(4, true))))
            .toList();
    assertEquals(expected, DefaultMessage.template(type, "operator{}", values));
  }
}
