package dev.uprobe.language.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.language.plan.Source;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathParserTest {

  /** The offsets that are followed, and what is added at the end; an element has 4 bytes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arg1                 | arg1 [] 0
          arg1->16             | arg1 [16] 0
          arg1->16->8          | arg1 [16, 8] 0
          arg1 -> 0x10 -> -8   | arg1 [16, -8] 0
          *arg2                | arg2 [0] 0
          **arg2               | arg2 [0, 0] 0
          *(arg1 + 16)         | arg1 [16] 0
          *(*(arg1 + 16) + 8)  | arg1 [16, 8] 0
          *arg1->8             | arg1 [8, 0] 0
          (*arg1)->8           | arg1 [0, 8] 0
          arg1[3]              | arg1 [12] 0
          arg1[3]->4           | arg1 [24, 4] 0
          arg1->8[2]           | arg1 [8, 8] 0
          arg1 + 16            | arg1 [] 16
          arg1 - 16            | arg1 [] -16
          arg1->8 + 4 + 4      | arg1 [8] 8
          (arg1 + 8)->4        | arg1 [12] 0
          return->8            | return [8] 0
          head->8              | head [8] 0
          ((arg1))             | arg1 [] 0
          """)
  void readsAPathAsCDoesWithOffsetsInBytes(String text, String expected) {
    ValuePath path = PathParser.parse(text);
    Source from = new Source.Argument(1);
    Source source = path.source(from, 4);
    String found =
        source instanceof Source.Memory memory ? memory.offsets() + " " + memory.plus() : "[] 0";
    assertEquals(expected, path.origin() + " " + found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ->8                  | column 1: expected arg1, return, or an argument's name, found "-"
          arg1->               | column 7: expected an offset in bytes, such as 16, or a field's name, found the end
          arg1->16 8           | column 10: expected ->, [, +, - or the end, found "8"
          arg1[x]              | column 6: expected a number, found "x"
          arg1[3               | column 7: expected "]", found the end
          *(arg1 + 8           | column 11: expected ")", found the end
          arg1 + arg2          | column 8: expected a number of bytes, found "arg2"
          arg1 + 08            | column 8: expected a number of bytes, found "08"
          arg1->2000000        | column 7: an offset is from -1048576 to 1048576
          arg1[200000]         | column 5: an offset is from -1048576 to 1048576
          arg1 + 1048576 + 1   | column 16: an offset is from -1048576 to 1048576
          arg1->1->2->3->4->5  | column 17: a path follows at most 4 pointers
          *****arg1            | column 1: a path follows at most 4 pointers
          (((((((((arg1)))))))))| column 9: too many parentheses or stars
          arg1->a.b.c->d->e->f->g | column 21: a path follows at most 4 pointers
          arg1->next.          | column 12: expected a field's name, found the end
          (arg1 + 8)[2]        | column 11: after a + or - only an offset in bytes can follow, such as ->16
          """)
  void saysWhereAPathCannotBeRead(String text, String message) {
    assertEquals(
        message, assertThrows(SyntaxException.class, () -> PathParser.parse(text)).getMessage());
  }

  @Test
  void fieldsAreReadAndSayWhereTheyStand() {
    ValuePath path = PathParser.parse("arg1->next->head.name");

    assertEquals(
        List.of(
            new Step.Field("next", true, 7),
            new Step.Field("head", true, 13),
            new Step.Field("name", false, 17)),
        path.steps());
    Source from = new Source.Argument(1);
    assertEquals(
        "column 7: the offset of the field next is not known here; write it in bytes, as"
            + " pahole shows it, such as ->16",
        assertThrows(SyntaxException.class, () -> path.source(from, 4)).getMessage());
  }

  @Test
  void aPathHasAtMost256Characters() {
    assertEquals(
        "column 257: a path has at most 256 characters",
        assertThrows(SyntaxException.class, () -> PathParser.parse(" ".repeat(257))).getMessage());
  }
}
