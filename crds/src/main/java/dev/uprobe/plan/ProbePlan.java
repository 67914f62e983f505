package dev.uprobe.plan;

import java.util.List;
import java.util.Optional;

/**
 * One probe of a trace, compiled: what an event carries, what the kernel decides, what is printed.
 *
 * @param name the probe's name, unique in its trace
 * @param type when an event is sent
 * @param binary a path or a library's name; empty for the executables of the target's processes
 * @param symbol a function's name, or a glob over names
 * @param values what an event carries, arguments first, in the order in which they are shown
 * @param where clauses that must all hold for a call to become an event
 * @param message how an event reads as text
 */
public record ProbePlan(
    String name,
    ProbeType type,
    Optional<String> binary,
    String symbol,
    List<Value> values,
    List<Clause> where,
    MessageTemplate message) {

  public ProbePlan {
    values = List.copyOf(values);
    where = List.copyOf(where);
  }
}
