package dev.uprobe.agent.attach;

import dev.uprobe.agent.event.EventLayout;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.plan.Clause;
import dev.uprobe.plan.Condition;
import dev.uprobe.plan.Operand;
import dev.uprobe.plan.Place;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import dev.uprobe.plan.Source;
import dev.uprobe.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Writes what specialises a program for its probe: struct config of bpf/config.h. */
final class ProbeConfig {
  static final int SIZE = 848;
  static final int MAX_VALUES = 17;
  static final int MAX_CONDITIONS = 16;

  static final int SELECTION = 16;
  static final int BY_CONTAINER = SELECTION + 40;
  static final int VALUES = 64;
  static final int VALUE_SIZE = 20;
  static final int CONDITIONS = 408;
  static final int CONDITION_SIZE = 24;
  static final int FIELDS = 792;
  static final int STACK = FIELDS + KernelFields.SIZE;
  static final int COMM_LENGTH = 16;

  private static final int SOURCE_ARGUMENT = 1;
  private static final int SOURCE_RETURN_VALUE = 2;
  private static final int SOURCE_DURATION = 3;
  private static final int SOURCE_PROCESS_ID = 4;
  private static final int SOURCE_THREAD_ID = 5;

  private static final int KIND_NUMBER = 1;
  private static final int KIND_STRING = 2;
  private static final int KIND_BYTES = 3;

  /** The event keeps no address of a string or of memory, only whether it is NULL. */
  private static final ValueType PRESENT = new ValueType.Whole(Integer.BYTES, false);

  /** offsetof(struct memory_slot, present). */
  private static final int PRESENT_AT = 4;

  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
  private final EventLayout layout;

  private ProbeConfig(EventLayout layout) {
    this.layout = layout;
  }

  /**
   * Encodes a probe's config.
   *
   * @param number by which events name the probe
   * @param wakeAt bytes waiting in the ring buffer at which the reader is woken
   * @param hasCookie whether the kernel tells a program which function fired
   */
  static byte[] encode(
      ProbePlan plan,
      EventLayout layout,
      int number,
      int wakeAt,
      boolean hasCookie,
      Selection selection) {
    ProbeConfig config = new ProbeConfig(layout);
    config.bytes.putInt(number).putInt(layout.size()).putInt(wakeAt).putInt(hasCookie ? 1 : 0);
    config.putSelection(selection);
    config.putValues();
    config.putConditions(plan.where(), plan.type());
    config.putStack(plan);
    return config.bytes.array();
  }

  private void putSelection(Selection selection) {
    bytes.position(SELECTION);
    bytes.putInt(selection.ownPid());
    bytes.putInt(selection.pid().orElse(0));
    Optional<FileIdentity> executable = selection.executable().map(Selection.Executable::file);
    bytes.putLong(executable.map(FileIdentity::inode).orElse(0L));
    bytes.putInt(executable.map(FileIdentity::kernelDevice).orElse(0));
    bytes.putInt(selection.comm().isPresent() ? 1 : 0);
    byte[] comm = selection.comm().orElse("").getBytes(StandardCharsets.UTF_8);
    if (comm.length >= COMM_LENGTH) {
      throw new IllegalArgumentException("A comm has 15 bytes at the most: " + selection.comm());
    }
    bytes.put(comm);
    bytes.position(BY_CONTAINER);
    bytes.putInt(selection.containers().isPresent() ? 1 : 0);
    bytes.position(FIELDS);
    selection.fields().ifPresent(each -> each.writeTo(bytes));
  }

  private void putStack(ProbePlan plan) {
    bytes.position(STACK);
    bytes.putInt(layout.stackOffset()).putInt(layout.frames());
    bytes.putInt(atFunction(plan) ? 1 : 0);
  }

  /** Tells whether the program runs at the first instruction of a function. */
  private static boolean atFunction(ProbePlan plan) {
    return plan.type() != ProbeType.RETURN
        && plan.place() instanceof Place.Functions functions
        && functions.offset() == 0;
  }

  private void putValues() {
    if (layout.slots().size() > MAX_VALUES) {
      throw new IllegalArgumentException("A probe has " + MAX_VALUES + " values at the most.");
    }
    int at = VALUES;
    for (EventLayout.Slot slot : layout.slots()) {
      bytes.position(at);
      putOperand(slot.value().operand());
      ValueType type = slot.value().operand().type();
      if (type instanceof ValueType.Bytes memory && memory.length().isPresent()) {
        putOperand(memory.length().get());
      } else {
        bytes.putInt(0);
      }
      bytes.putInt(kind(type)).putInt(slot.offset()).putInt(slot.dataSize());
      at += VALUE_SIZE;
    }
  }

  private void putConditions(List<Clause> clauses, ProbeType type) {
    int count = clauses.stream().mapToInt(each -> each.anyOf().size()).sum();
    if (count > MAX_CONDITIONS) {
      throw new IllegalArgumentException(
          "A probe has " + MAX_CONDITIONS + " conditions at the most.");
    }
    int at = CONDITIONS;
    for (Clause clause : clauses) {
      boolean atReturn = decidedAtReturn(clause, type);
      for (int i = 0; i < clause.anyOf().size(); i++) {
        bytes.position(at);
        putCondition(clause.anyOf().get(i), atReturn, i == clause.anyOf().size() - 1);
        at += CONDITION_SIZE;
      }
    }
  }

  /** What a Return probe decides is decided at the return, whatever it is about. */
  private boolean decidedAtReturn(Clause clause, ProbeType type) {
    return switch (type) {
      case ENTRY -> false;
      case RETURN -> true;
      case CALL -> clause.anyOf().stream().anyMatch(this::needsReturn);
    };
  }

  private boolean needsReturn(Condition condition) {
    Source source = condition.left().source();
    return source instanceof Source.ReturnValue || source instanceof Source.Duration;
  }

  private void putCondition(Condition condition, boolean atReturn, boolean endsClause) {
    Optional<EventLayout.Slot> kept = atReturn ? slot(condition.left()) : Optional.empty();
    boolean memory = kept.filter(each -> each.dataSize() > 0).isPresent();
    putOperand(memory ? new Operand(condition.left().source(), PRESENT) : condition.left());
    bytes.put((byte) operator(condition.operator()));
    bytes.put((byte) (atReturn ? 1 : 0));
    bytes.put((byte) (endsClause ? 1 : 0));
    bytes.put((byte) 0);
    bytes.putInt(kept.map(each -> each.offset() + (memory ? PRESENT_AT : 0)).orElse(0));
    // Whether a pointer is NULL is known even where its memory cannot be read.
    bytes.putInt(memory ? 0 : kept.map(each -> 1 << layout.slots().indexOf(each)).orElse(0));
    bytes.putLong(condition.right());
  }

  /** An argument is long gone when its function returns: the condition reads it from the event. */
  private Optional<EventLayout.Slot> slot(Operand operand) {
    if (!(operand.source() instanceof Source.Argument)) {
      return Optional.empty();
    }
    // A condition takes a string or memory as the pointer to it.
    return slot(each -> each.value().operand().equals(operand))
        .or(
            () ->
                slot(
                    each ->
                        each.dataSize() > 0
                            && each.value().operand().source().equals(operand.source())));
  }

  private Optional<EventLayout.Slot> slot(Predicate<EventLayout.Slot> wanted) {
    return layout.slots().stream().filter(wanted).findFirst();
  }

  private void putOperand(Operand operand) {
    bytes.put((byte) source(operand.source()));
    bytes.put((byte) (operand.source() instanceof Source.Argument argument ? argument.index() : 0));
    ValueType type = operand.type();
    if (type instanceof ValueType.Whole whole) {
      bytes.put((byte) whole.bytes()).put((byte) (whole.signed() ? 1 : 0));
    } else {
      boolean oneByte = type instanceof ValueType.Bool || type instanceof ValueType.Char;
      bytes.put((byte) (oneByte ? 1 : Long.BYTES)).put((byte) 0);
    }
  }

  private static int source(Source source) {
    if (source instanceof Source.Argument) {
      return SOURCE_ARGUMENT;
    }
    if (source instanceof Source.ReturnValue) {
      return SOURCE_RETURN_VALUE;
    }
    if (source instanceof Source.Duration) {
      return SOURCE_DURATION;
    }
    return source instanceof Source.ProcessId ? SOURCE_PROCESS_ID : SOURCE_THREAD_ID;
  }

  private static int kind(ValueType type) {
    if (type instanceof ValueType.Text) {
      return KIND_STRING;
    }
    return type instanceof ValueType.Bytes ? KIND_BYTES : KIND_NUMBER;
  }

  private static int operator(Condition.Operator operator) {
    return operator.ordinal() + 1;
  }
}
