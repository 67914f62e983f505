package dev.uprobe.language.plan;

import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import java.util.List;
import java.util.Optional;

/**
 * One probe of a trace, compiled: what an event carries, what the kernel decides, what is printed.
 *
 * @param name the probe's name, unique in its trace
 * @param type when an event is sent
 * @param binary a path or a library's name; empty for the executables of the target's processes
 * @param place where in the file the probe sits
 * @param convention by which arguments and return values are found
 * @param values what an event carries, arguments first, in the order in which they are shown
 * @param where clauses that must all hold for a call to become an event
 * @param limit how many of those events are sent
 * @param aggregation what is kept instead of events
 * @param stack how many frames of the callers an event shows; 0 for none
 * @param message how an event reads as text
 * @param returnProbe how functions are seen to return
 * @param completion finishes a plan whose values are not known yet; nothing is captured until then
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

  /** Creates a plan in which nothing is open. */
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

  /** Returns the same probe with another way to see functions return. */
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
