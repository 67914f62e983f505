package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.path.ValuePath;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.text.NearestNames;
import dev.uprobe.language.text.SyntaxException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds which parameter a path begins with, and where that is passed. */
final class Origins {
  /** What is passed in other ways than a number or an address, or shifts those behind it. */
  private enum Passed {
    AS_NUMBER,
    IN_FLOATING_POINT_REGISTER,
    OTHERWISE
  }

  private static final int COMPLEX = 0x03;
  private static final int FLOATING = 0x04;

  private final Types types;
  private final List<Parameter> parameters;
  private final Entry returned;

  Origins(Dwarf dwarf, Children children, List<Parameter> parameters, Entry returned) {
    this.types = new Types(dwarf, children);
    this.parameters = parameters;
    this.returned = returned;
  }

  /**
   * Returns what a path begins with.
   *
   * @param from where that is, if the path does not name a parameter
   */
  Origin of(ValuePath path, Optional<Source> from) throws IOException {
    if (from.isPresent() && from.get() instanceof Source.ReturnValue) {
      return new Origin(from.get(), returned);
    }
    int index = 0;
    boolean isCertain = passed(returned) != Passed.OTHERWISE;
    for (Parameter each : parameters) {
      Passed passed = passed(each.typed());
      index += passed == Passed.AS_NUMBER ? 1 : 0;
      Source source = new Source.Argument(Math.max(index, 1));
      boolean isMeant =
          from.isPresent()
              ? passed == Passed.AS_NUMBER && from.get().equals(source)
              : each.name().equals(path.origin());
      if (isMeant) {
        check(each, passed, isCertain);
        return new Origin(source, each.typed());
      }
      isCertain = isCertain && passed != Passed.OTHERWISE;
    }
    throw unknown(path.origin(), from.isPresent(), isCertain);
  }

  private static void check(Parameter parameter, Passed passed, boolean isCertain) {
    if (!isCertain) {
      throw uncertain(parameter.name());
    }
    if (passed != Passed.AS_NUMBER) {
      throw new SyntaxException(1, parameter.name() + " is passed by value; it is not a pointer");
    }
  }

  private SyntaxException unknown(String name, boolean isNumbered, boolean isCertain) {
    if (isNumbered && !isCertain) {
      return uncertain(name);
    }
    List<String> known = parameters.stream().map(Parameter::name).toList();
    return new SyntaxException(
        1,
        "the function has no parameter %s%s%s"
            .formatted(
                name,
                NearestNames.hint(name, known),
                known.isEmpty() ? "" : " (its parameters: " + String.join(", ", known) + ")"));
  }

  private static SyntaxException uncertain(String name) {
    return new SyntaxException(
        1,
        "the function takes or returns a structure by value, so it is not known here how "
            + name
            + " is passed; write offsets in bytes, such as arg1->16");
  }

  private Passed passed(Entry typed) throws IOException {
    Optional<Entry> type = types.of(typed);
    if (type.isEmpty()) {
      return Passed.AS_NUMBER;
    }
    if (type.get().tag() == Tag.BASE) {
      long encoding = type.get().number(Entry.ENCODING, 0);
      long size = type.get().number(Entry.BYTE_SIZE, 0);
      if (encoding == FLOATING || encoding == COMPLEX) {
        return Passed.IN_FLOATING_POINT_REGISTER;
      }
      return size <= Long.BYTES ? Passed.AS_NUMBER : Passed.OTHERWISE;
    }
    return Tag.hasFields(type.get().tag()) ? Passed.OTHERWISE : Passed.AS_NUMBER;
  }
}
