package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.Limit;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes what specialises a program for its probe: struct config of bpf/config.h.
 *
 * <p>Its larger parts have a class each: {@link ConfigValues}, {@link ConfigConditions}, {@link
 * ConfigAggregation}.
 */
final class ProbeConfig {
  private static final long SECOND_NANOS = 1_000_000_000;

  private ProbeConfig() {}

  /**
   * Encodes a probe's config.
   *
   * @param number by which events name the probe
   * @param wakeAt bytes waiting in the ring buffer at which the reader is woken
   * @param hasCookie whether the kernel passes attach cookies
   * @param canSleep whether the program waits for memory that is not there yet
   */
  static byte[] encode(
      ProbePlan plan,
      EventLayout layout,
      int number,
      int wakeAt,
      boolean hasCookie,
      boolean canSleep,
      Selection selection) {
    ByteBuffer config = ByteBuffer.allocate(Structs.Config.SIZEOF).order(ByteOrder.LITTLE_ENDIAN);
    Structs.Config.probe(config, 0, number);
    Structs.Config.eventSize(config, 0, layout.size());
    Structs.Config.wakeAt(config, 0, wakeAt);
    Structs.Config.hasCookie(config, 0, hasCookie ? 1 : 0);
    Structs.Config.canSleep(config, 0, canSleep ? 1 : 0);
    Structs.Config.convention(config, 0, convention(plan.convention()));
    putSelection(config, selection);
    putLimit(config, plan);
    putStack(config, plan, layout);
    ConfigOperands operands = new ConfigOperands(config, plan, layout);
    new ConfigValues(config, plan, layout, operands).write();
    new ConfigConditions(config, plan, layout, operands).write();
    new ConfigAggregation(config, plan, layout, operands).write();
    return config.array();
  }

  /**
   * Returns the config of a copy of the programs that is attached to one place only.
   *
   * @param cookie what an attach cookie would say of the place
   */
  static byte[] forSite(byte[] config, long cookie) {
    byte[] copy = config.clone();
    Structs.Config.site(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN), 0, cookie);
    return copy;
  }

  private static void putSelection(ByteBuffer config, Selection selection) {
    int at = Structs.Config.SELECTION;
    Structs.Selection.ownPid(config, at, selection.ownPid());
    Structs.Selection.pid(config, at, selection.pid().orElse(0));
    Structs.Selection.byExe(config, at, selection.executables().isPresent() ? 1 : 0);
    Structs.Selection.byComm(config, at, selection.comm().isPresent() ? 1 : 0);
    Structs.Selection.byContainer(config, at, selection.containers().isPresent() ? 1 : 0);
    byte[] comm = selection.comm().orElse("").getBytes(StandardCharsets.UTF_8);
    if (comm.length >= Structs.Selection.COMM_COUNT) {
      throw new IllegalArgumentException("A comm has 15 bytes at the most: " + selection.comm());
    }
    config.put(at + Structs.Selection.COMM, comm);
    selection.fields().ifPresent(offsets -> offsets.writeTo(config));
  }

  private static void putLimit(ByteBuffer config, ProbePlan plan) {
    Limit limit = plan.limit();
    boolean isKnownAtEntry =
        plan.where().stream()
            .flatMap(clause -> clause.anyOf().stream())
            .noneMatch(condition -> condition.left().at() == CapturePoint.RETURN);
    int at = Structs.Config.LIMIT;
    // Rounded up, so that there are never more than was asked for.
    int events = limit.eventsPerSecond();
    Structs.Limit.intervalNs(config, at, events == 0 ? 0 : (SECOND_NANOS + events - 1) / events);
    Structs.Limit.sampleEvery(config, at, limit.sampleEvery());
    Structs.Limit.atEntry(config, at, plan.type() == ProbeType.CALL && isKnownAtEntry ? 1 : 0);
  }

  private static void putStack(ByteBuffer config, ProbePlan plan, EventLayout layout) {
    int at = Structs.Config.STACK;
    Structs.Stack.offset(config, at, layout.stackOffset());
    Structs.Stack.frames(config, at, layout.frames());
    Structs.Stack.atFunction(config, at, isAtFunction(plan) ? 1 : 0);
  }

  /** Tells whether the stack is taken at the first instruction of a function. */
  private static boolean isAtFunction(ProbePlan plan) {
    return plan.type() == ProbeType.ENTRY
        && plan.place() instanceof AttachPoint.Functions functions
        && functions.offset() == 0;
  }

  private static int convention(Convention convention) {
    return switch (convention) {
      case C -> Constants.CONVENTION_C;
      case GO -> Constants.CONVENTION_GO;
      case USDT -> Constants.CONVENTION_USDT;
    };
  }
}
