package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads template arguments, and parameters that refer to them. */
final class CxxTemplates {
  private final CxxName whole;
  private final MangledName in;
  private List<TypeText> arguments = new ArrayList<>();
  private boolean inLambda;

  CxxTemplates(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
  }

  /** Returns the arguments that parameters refer to now. */
  List<TypeText> arguments() {
    return arguments;
  }

  void restore(List<TypeText> earlier) {
    arguments = earlier;
  }

  /** Reads the parameters of a lambda; its {@code auto} ones look like template parameters. */
  String ofLambda(Supplier<String> read) {
    boolean outer = inLambda;
    inLambda = true;
    String text = read.get();
    inLambda = outer;
    return text;
  }

  /**
   * Reads arguments, as text in angle brackets.
   *
   * @param ofFunction whether parameters refer to these from now on
   */
  String read(boolean ofFunction) {
    in.expect('I');
    List<TypeText> read = new ArrayList<>();
    if (ofFunction) {
      // Later arguments may refer to earlier ones.
      arguments = read;
    }
    while (!in.accept('E')) {
      read.add(argument());
    }
    return in.built(bracketed(read));
  }

  private static String bracketed(List<TypeText> arguments) {
    String joined = TypeText.joined(arguments);
    return "<" + joined + (joined.endsWith(">") ? " >" : ">");
  }

  TypeText argument() {
    in.enter();
    TypeText argument =
        switch (in.peek()) {
          case 'X' -> {
            in.next();
            String expression = whole.expressions().read();
            in.expect('E');
            yield TypeText.plain(expression);
          }
          case 'L' -> TypeText.plain(whole.expressions().literal());
          case 'J' -> {
            in.next();
            List<TypeText> pack = new ArrayList<>();
            while (!in.accept('E')) {
              pack.add(argument());
            }
            yield TypeText.pack(pack);
          }
          default -> whole.types().read();
        };
    in.leave();
    return argument;
  }

  /** Reads {@code T_}, {@code T0_} and so on, and returns the argument that it stands for. */
  TypeText parameter() {
    in.expect('T');
    int index = in.atDigit() ? in.number() + 1 : 0;
    in.expect('_');
    if (inLambda) {
      return TypeText.plain("auto:" + (index + 1));
    }
    if (index >= arguments.size()) {
      throw new MangledName.Unreadable();
    }
    return arguments.get(index);
  }
}
