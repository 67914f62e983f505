package dev.uprobe.language.compile;

import java.util.List;
import java.util.stream.Collectors;

/** An invalid trace; the message has one line for each problem. */
public final class InvalidTraceException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidTraceException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Returns all problems, at least one, in the order of the fields. */
  public List<Problem> problems() {
    return problems;
  }
}
