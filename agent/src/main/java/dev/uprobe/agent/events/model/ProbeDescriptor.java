package dev.uprobe.agent.events.model;

import dev.uprobe.language.plan.ProbePlan;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A probe as its events need to know it: by the number that they carry.
 *
 * <p>Functions are added by the thread that attaches, and read by the one that decodes.
 */
public final class ProbeDescriptor {
  private final int number;
  private final String trace;
  private final ProbePlan plan;
  private final EventLayout layout;
  private final AtomicLong unwritten = new AtomicLong();
  private final List<String> functions = new CopyOnWriteArrayList<>();
  private final List<String> reasons = new CopyOnWriteArrayList<>();

  public ProbeDescriptor(int number, String trace, ProbePlan plan) {
    this.number = number;
    this.trace = trace;
    this.plan = plan;
    this.layout = EventLayout.of(plan.values(), plan.stack());
  }

  public int number() {
    return number;
  }

  public String trace() {
    return trace;
  }

  public ProbePlan plan() {
    return plan;
  }

  public EventLayout layout() {
    return layout;
  }

  /** Counts an event that the output had no room for. */
  public void countUnwritten() {
    unwritten.incrementAndGet();
  }

  /** Returns how many events the output had no room for. */
  public long unwritten() {
    return unwritten.get();
  }

  /**
   * Makes functions known; those that are known already, in this order, are not listed again. Files
   * of the same program come and go while a probe lives.
   *
   * @return the number of the first, by which events name it; the others follow
   */
  public int addFunctions(List<String> names) {
    int known = Collections.indexOfSubList(functions, names);
    if (known >= 0) {
      return known;
    }
    int first = functions.size();
    functions.addAll(names);
    return first;
  }

  /** Makes a reason known why a return is not seen, and returns its number; never 0. */
  public int addReason(String reason) {
    int known = reasons.indexOf(reason);
    if (known < 0) {
      reasons.add(reason);
    }
    return (known < 0 ? reasons.size() - 1 : known) + 1;
  }

  /** Returns the reason that events know by a number; empty for 0. */
  public Optional<String> reason(int number) {
    return number > 0 && number <= reasons.size()
        ? Optional.of(reasons.get(number - 1))
        : Optional.empty();
  }

  /** Returns the function that events know by a number. */
  public String function(int index) {
    return index >= 0 && index < functions.size() ? functions.get(index) : plan.place().text();
  }
}
