package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.decode.AggregationLayout;
import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Limit;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Writes what specialises a program for its probe: struct config of bpf/config.h. */
final class ProbeConfig {
  static final int SIZE = 2264;
  static final int MAX_VALUES = 17;
  static final int MAX_CONDITIONS = 16;
  static final int MAX_STEPS = 4;

  static final int SELECTION = 16;
  static final int BY_CONTAINER = SELECTION + 32;
  static final int VALUES = 64;
  static final int OPERAND_SIZE = 28;
  static final int VALUE_SIZE = 68;
  static final int CONDITIONS = 1224;
  static final int CONDITION_SIZE = 48;
  static final int LIMIT = 1992;
  static final int FIELDS = 2008;
  static final int CONVENTION = 2044;
  static final int AGGREGATION = 2048;
  static final int KEYS = AGGREGATION + 56;
  static final int KEY_SIZE = OPERAND_SIZE + 16;
  static final int STACK = 2192;
  static final int NUMBERING = STACK + 16;
  static final int CAN_SLEEP = NUMBERING + 44;
  static final int SITE = SIZE - Long.BYTES;
  static final int COMM_LENGTH = 16;

  private static final int SOURCE_ARGUMENT = 1;
  private static final int SOURCE_RETURN_VALUE = 2;
  private static final int SOURCE_DURATION = 3;
  private static final int SOURCE_PROCESS_ID = 4;
  private static final int SOURCE_THREAD_ID = 5;
  private static final int SOURCE_COMM = 6;

  private static final int KIND_NUMBER = 1;
  private static final int KIND_STRING = 2;
  private static final int KIND_BYTES = 3;

  private static final int GROUP_BY_NUMBER = 1;
  private static final int GROUP_BY_TEXT = 2;
  private static final int GROUP_BY_COMM = 3;
  private static final int GROUP_BY_PROCESS = 4;
  private static final int GROUP_BY_CONTAINER = 5;
  private static final int GROUP_BY_FUNCTION = 6;
  private static final int GROUP_BY_SIZED_TEXT = 7;

  private static final long SECOND_NANOS = 1_000_000_000;

  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
  private final ProbePlan plan;
  private final EventLayout layout;
  private final SavedArguments kept;
  private final Patterns patterns;

  private ProbeConfig(ProbePlan plan, EventLayout layout) {
    this.plan = plan;
    this.layout = layout;
    this.kept = SavedArguments.of(plan, layout);
    this.patterns = Patterns.of(plan);
  }

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
    ProbeConfig config = new ProbeConfig(plan, layout);
    config.bytes.putInt(number).putInt(layout.size()).putInt(wakeAt).putInt(hasCookie ? 1 : 0);
    config.bytes.putInt(CAN_SLEEP, canSleep ? 1 : 0);
    config.putSelection(selection);
    config.putValues();
    config.putConditions();
    config.putLimit();
    config.bytes.putInt(CONVENTION, plan.convention().ordinal());
    AggregationLayout.of(plan)
        .ifPresent(each -> config.putAggregation(plan.aggregation().get(), each));
    config.putStack();
    return config.bytes.array();
  }

  /**
   * Returns the config of a copy of the programs that is attached to one place only.
   *
   * @param cookie what an attach cookie would say of the place
   */
  static byte[] forSite(byte[] config, long cookie) {
    byte[] copy = config.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(SITE, cookie);
    return copy;
  }

  private void putSelection(Selection selection) {
    bytes.position(SELECTION);
    bytes.putInt(selection.ownPid());
    bytes.putInt(selection.pid().orElse(0));
    bytes.putInt(selection.executables().isPresent() ? 1 : 0);
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

  private void putStack() {
    bytes.position(STACK);
    bytes.putInt(layout.stackOffset()).putInt(layout.frames());
    bytes.putInt(atFunction() ? 1 : 0);
  }

  /** Tells whether the stack is taken at the first instruction of a function. */
  private boolean atFunction() {
    return plan.type() == ProbeType.ENTRY
        && plan.place() instanceof AttachPoint.Functions functions
        && functions.offset() == 0;
  }

  private void putValues() {
    if (layout.slots().size() > MAX_VALUES) {
      throw new IllegalArgumentException("A probe has " + MAX_VALUES + " values at the most.");
    }
    int at = VALUES;
    for (EventLayout.Slot slot : layout.slots()) {
      bytes.position(at);
      Operand operand = slot.value().operand();
      putOperand(operand);
      bytes.position(at + OPERAND_SIZE);
      if (operand.type() instanceof ValueType.Bytes memory) {
        memory.length().ifPresent(this::putOperand);
      }
      bytes.position(at + 2 * OPERAND_SIZE);
      boolean isCaptured = plan.aggregation().map(each -> aggregates(each, slot)).orElse(true);
      bytes.putInt(kind(operand.type()));
      bytes.putInt(isCaptured ? slot.offset() : 0).putInt(slot.dataSize());
      at += VALUE_SIZE;
    }
  }

  /** Other values are only compared; of two of one name, which differ in length, the first. */
  private boolean aggregates(Aggregation aggregation, EventLayout.Slot slot) {
    String name = slot.value().name();
    boolean isNeeded =
        aggregation.by().stream().anyMatch(key -> key.name().equals(name))
            || aggregation.histogram().filter(each -> each.name().equals(name)).isPresent();
    return isNeeded && slot(name).equals(Optional.of(slot));
  }

  private void putConditions() {
    int count = plan.where().stream().mapToInt(each -> each.anyOf().size()).sum();
    if (count > MAX_CONDITIONS) {
      throw new IllegalArgumentException(
          "A probe has " + MAX_CONDITIONS + " conditions at the most.");
    }
    int at = CONDITIONS;
    for (Clause clause : plan.where()) {
      for (int i = 0; i < clause.anyOf().size(); i++) {
        bytes.position(at);
        putCondition(clause.anyOf().get(i), i == clause.anyOf().size() - 1);
        at += CONDITION_SIZE;
      }
    }
  }

  private void putCondition(Condition condition, boolean endsClause) {
    putOperand(condition.left());
    if (condition instanceof Condition.Number number) {
      bytes.putInt(0).putLong(number.right());
      bytes.put((byte) operator(number.operator())).put((byte) (endsClause ? 1 : 0));
    } else if (condition instanceof Condition.Text text) {
      bytes.putInt(text.reach()).putLong(patterns.indexOf(text));
      bytes.put((byte) operator(text.match())).put((byte) (endsClause ? 1 : 0));
      boolean isComm = text.left().source() instanceof Source.Comm;
      bytes.put((byte) (isComm ? 0 : layout.indexOf(text.left())));
      bytes.put((byte) text.right().length());
    }
  }

  private void putLimit() {
    Limit limit = plan.limit();
    boolean isKnownAtEntry =
        plan.where().stream()
            .flatMap(clause -> clause.anyOf().stream())
            .noneMatch(condition -> condition.left().at() == CapturePoint.RETURN);
    bytes.position(LIMIT);
    // Rounded up, so that there are never more than was asked for.
    int events = limit.eventsPerSecond();
    bytes.putLong(events == 0 ? 0 : (SECOND_NANOS + events - 1) / events);
    bytes.putInt(limit.sampleEvery());
    bytes.putInt(plan.type() == ProbeType.CALL && isKnownAtEntry ? 1 : 0);
  }

  private void putAggregation(Aggregation aggregation, AggregationLayout groups) {
    bytes.position(AGGREGATION);
    bytes.putInt(groups.scale().size());
    if (aggregation.histogram().isPresent()) {
      Aggregation.Histogram histogram = aggregation.histogram().get();
      putOperand(histogram.of());
      putSlot(histogram.isDuration() ? Optional.empty() : slot(histogram.name()));
      bytes.putLong(histogram.linear().map(Aggregation.Linear::from).orElse(0L));
      bytes.putLong(histogram.linear().map(Aggregation.Linear::width).orElse(0L));
    }
    int at = KEYS;
    for (AggregationLayout.KeySlot key : groups.keys()) {
      Optional<EventLayout.Slot> value =
          key.type().isPresent() ? slot(key.key().name()) : Optional.empty();
      bytes.position(at);
      if (value.isPresent()) {
        putOperand(value.get().value().operand());
      } else {
        bytes.position(at + OPERAND_SIZE);
      }
      bytes.putInt(groupBy(key)).putInt(key.at());
      putSlot(value);
      at += KEY_SIZE;
    }
  }

  private Optional<EventLayout.Slot> slot(String name) {
    return layout.slots().stream().filter(each -> each.value().name().equals(name)).findFirst();
  }

  /** Where a value lies in the event, and the bit that says that it could not be read. */
  private void putSlot(Optional<EventLayout.Slot> slot) {
    bytes.putInt(slot.map(EventLayout.Slot::offset).orElse(0));
    bytes.putInt(slot.map(each -> 1 << layout.slots().indexOf(each)).orElse(0));
  }

  private static int groupBy(AggregationLayout.KeySlot slot) {
    if (slot.key() instanceof Aggregation.Key.Captured) {
      if (slot.isSizedText()) {
        return GROUP_BY_SIZED_TEXT;
      }
      return slot.isText() ? GROUP_BY_TEXT : GROUP_BY_NUMBER;
    }
    if (slot.key() instanceof Aggregation.Key.Comm) {
      return GROUP_BY_COMM;
    }
    if (slot.key() instanceof Aggregation.Key.Pid) {
      return GROUP_BY_PROCESS;
    }
    return slot.key() instanceof Aggregation.Key.Container ? GROUP_BY_CONTAINER : GROUP_BY_FUNCTION;
  }

  private void putOperand(Operand operand) {
    Source source = operand.source();
    List<Integer> offsets = List.of();
    int plus = 0;
    if (operand.source() instanceof Source.Memory memory) {
      source = memory.from();
      offsets = memory.offsets();
      plus = memory.plus();
    }
    if (offsets.size() > MAX_STEPS) {
      throw new IllegalArgumentException("A path has " + MAX_STEPS + " steps at the most.");
    }
    ValueType type = operand.type();
    boolean isNumber = type instanceof ValueType.Whole || type instanceof ValueType.Real;
    boolean isByte = type instanceof ValueType.Bool || type instanceof ValueType.Char;
    boolean isSigned = type instanceof ValueType.Whole whole && whole.signed();
    // What a Return probe reads is read at the return, whatever it is.
    boolean atReturn = operand.at() == CapturePoint.RETURN || plan.type() == ProbeType.RETURN;
    bytes.put((byte) source(source));
    bytes.put((byte) index(source));
    bytes.put((byte) (isNumber || isByte ? type.size() : Long.BYTES));
    bytes.put((byte) (isSigned ? 1 : 0));
    bytes.put((byte) (atReturn ? 1 : 0));
    bytes.put((byte) offsets.size());
    bytes.putShort((short) kept.at(source));
    for (int i = 0; i < MAX_STEPS; i++) {
      bytes.putInt(i < offsets.size() ? offsets.get(i) : 0);
    }
    bytes.putInt(plus);
  }

  private static int index(Source source) {
    if (source instanceof Source.ReturnValue value) {
      return value.index();
    }
    return source instanceof Source.Argument argument ? argument.index() : 0;
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
    if (source instanceof Source.Comm) {
      return SOURCE_COMM;
    }
    return source instanceof Source.ProcessId ? SOURCE_PROCESS_ID : SOURCE_THREAD_ID;
  }

  private static int kind(ValueType type) {
    if (type instanceof ValueType.Text) {
      return KIND_STRING;
    }
    return type.isBehindAddress() ? KIND_BYTES : KIND_NUMBER;
  }

  private static int operator(Condition.Operator operator) {
    return operator.ordinal() + 1;
  }

  private static int operator(Condition.Match match) {
    return Condition.Operator.values().length + match.ordinal() + 1;
  }
}
