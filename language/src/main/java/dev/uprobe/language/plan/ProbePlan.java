package dev.uprobe.language.plan;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import java.util.List;
import java.util.Optional;

/**
 * One compiled probe of a trace: the values in an event, the filters in the kernel, and the text.
 *
 * @param name the probe's name, unique in its trace
 * @param type when an event is emitted
 * @param binary a path or a library's name; empty for the executables of the target's processes
 * @param place the attach point in the file
 * @param convention calling convention that locates arguments and return values
 * @param values values of an event, arguments first, in the order in which they are shown
 * @param where clauses that must all hold for an event
 * @param limit rate limit and sampling of events
 * @param aggregation aggregation instead of events
 * @param stack number of stack frames in an event; 0 for none
 * @param message text of an event
 * @param returnProbe how returns of functions are detected
 * @param completion completes a plan whose values are not known yet; until then nothing is captured
 */
public record ProbePlan(
    String name,
    ProbeType type,
    Optional<String> binary,
    AttachPoint place,
    Convention convention,
    List<Value> values,
    List<Clause> where,
    Limit limit,
    Optional<Aggregation> aggregation,
    int stack,
    MessageTemplate message,
    ReturnProbe returnProbe,
    Optional<DeferredPlan> completion) {

  public ProbePlan {
    values = List.copyOf(values);
    where = List.copyOf(where);
  }

  /** Creates a complete plan. */
  public ProbePlan(
      String name,
      ProbeType type,
      Optional<String> binary,
      AttachPoint place,
      Convention convention,
      List<Value> values,
      List<Clause> where,
      Limit limit,
      Optional<Aggregation> aggregation,
      int stack,
      MessageTemplate message) {
    this(
        name,
        type,
        binary,
        place,
        convention,
        values,
        where,
        limit,
        aggregation,
        stack,
        message,
        ReturnProbe.AUTO,
        Optional.empty());
  }

  /** Returns the same probe with another way to detect returns. */
  public ProbePlan returnProbe(ReturnProbe other) {
    return new ProbePlan(
        name,
        type,
        binary,
        place,
        convention,
        values,
        where,
        limit,
        aggregation,
        stack,
        message,
        other,
        completion);
  }

  /** Returns a plan whose values are not known yet. */
  public static ProbePlan open(
      String name,
      ProbeType type,
      Optional<String> binary,
      AttachPoint place,
      int stack,
      DeferredPlan completion) {
    return new ProbePlan(
        name,
        type,
        binary,
        place,
        Convention.C,
        List.of(),
        List.of(),
        Limit.NONE,
        Optional.empty(),
        stack,
        new MessageTemplate(List.of()),
        ReturnProbe.AUTO,
        Optional.of(completion));
  }

  /** Returns the same probe with other conditions. */
  public ProbePlan where(List<Clause> clauses) {
    return new ProbePlan(
        name,
        type,
        binary,
        place,
        convention,
        values,
        clauses,
        limit,
        aggregation,
        stack,
        message,
        returnProbe,
        completion);
  }
}
