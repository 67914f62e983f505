package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.decode.SharedBuffer;
import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libbpf.BpfProgram;
import dev.uprobe.agent.sys.libbpf.BpfSystemCall;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Convention;
import java.util.List;
import java.util.Optional;

/** The programs of one probe in the kernel, attached to nothing yet. */
public final class LoadedProbe implements Handle {
  /** What the calls that have not returned yet may take of the kernel's memory, about. */
  private static final int CALLS_BYTES = 4 << 20;

  /** Threads that are about to begin a function once more. */
  private static final int MAX_REPEATING = 1024;

  /** Calls of functions that share code with others; the kernel forgets the oldest. */
  private static final int MAX_ENTERED = 4096;

  /** How many threads may wait for memory at a time; the values of further ones are unreadable. */
  private static final int WAITING_EVENTS = 128;

  private static final String CONFIG = ".rodata.uprobe";

  private static final byte[] HAS_ENDED = {1, 0, 0, 0};

  private static final int MIN_CALLS = 1024;
  private static final int MAX_CALLS = 16384;

  private final Opener opener;
  private final BpfObject object;
  private final byte[] config;
  private final UsdtArgumentMap usdtPlaces;
  private final JumpMap jumps;
  private final Optional<AggregationMap> groups;
  private final Optional<RunningCalls> calls;

  /** Calls that were forgotten; the kernel does not count them. */
  private volatile int forgotten;

  /** How many calls the kernel had missed when those of threads that ended were looked for. */
  private long missedBefore;

  /** Opens the object as compiled. */
  @FunctionalInterface
  public interface Opener {
    BpfObject open() throws KernelException;
  }

  /** A program for one place, which shares the maps of the probe. */
  public record Copy(BpfObject object, BpfProgram program) implements Handle {

    @Override
    public void close() {
      object.close();
    }
  }

  private LoadedProbe(
      Opener opener,
      BpfObject object,
      byte[] config,
      ProbeDescriptor probe,
      Optional<AggregationMap> groups,
      Optional<RunningCalls> calls) {
    this.opener = opener;
    this.object = object;
    this.config = config;
    this.jumps = new JumpMap(object.map("uprobe_jumps"), probe, JumpMap.max(probe.plan().type()));
    this.calls = calls;
    this.usdtPlaces = new UsdtArgumentMap(object.map("uprobe_usdt"));
    this.groups = groups;
  }

  /** Specialises the programs for a probe, and loads them. */
  public static LoadedProbe load(
      Opener opener,
      ProbeDescriptor probe,
      Selection selection,
      KernelFeatures features,
      SharedBuffer buffer,
      PidNamespace numbering,
      int cpus)
      throws KernelException {
    BpfObject object = opener.open();
    try {
      ProbeType type = probe.plan().type();
      EventLayout layout = probe.layout();
      boolean canSleep = features.sleepable() && UserMemory.isReadBy(probe.plan());
      buffer.share(object);
      byte[] config =
          ProbeConfig.encode(
              probe.plan(),
              layout,
              probe.number(),
              buffer.wakeAt(),
              features.attachCookie(),
              canSleep,
              selection);
      numbering.writeTo(config);
      object.map(CONFIG).setInitialValue(config);
      if (selection.executables().isPresent()) {
        object.map("uprobe_exes").reuse(selection.executables().get().files().keys());
      }
      if (selection.containers().isPresent()) {
        object.map("uprobe_mntns").reuse(selection.containers().get().mountNamespaces().keys());
      }
      int callSize = Structs.Running.EVENT + SavedArguments.of(probe.plan(), layout).end();
      object.map("uprobe_blank").setValueSize(callSize);
      object.map("uprobe_calls").setValueSize(callSize);
      Optional<RunningCalls> calls = Optional.empty();
      if (type == ProbeType.CALL) {
        int most = Math.max(MIN_CALLS, Math.min(MAX_CALLS, CALLS_BYTES / callSize));
        object.map("uprobe_calls").setMaxEntries(most);
        calls = Optional.of(new RunningCalls(object.map("uprobe_calls"), most));
      } else if (canSleep && probe.plan().aggregation().isEmpty()) {
        object.map("uprobe_calls").setMaxEntries(WAITING_EVENTS);
      }
      boolean atEntry = type == ProbeType.ENTRY;
      object.map("uprobe_jumps").setMaxEntries(JumpMap.max(type));
      object.map("uprobe_repeats").setMaxEntries(atEntry ? MAX_REPEATING / 8 : MAX_REPEATING);
      object.map("uprobe_entered").setMaxEntries(entered(type));
      List<String> constants = Patterns.of(probe.plan()).constants();
      object.map("uprobe_patterns").setMaxEntries(Math.max(1, constants.size()));
      if (probe.plan().convention() == Convention.USDT) {
        object.map("uprobe_usdt").setMaxEntries(UsdtArgumentMap.MAX);
      }
      Optional<AggregationMap> groups = AggregationMap.setUp(object, probe, cpus);
      for (ProbeProgram program : ProbeProgram.values()) {
        BpfProgram loaded = object.program(program.symbol());
        loaded.setAutoload(ProbeProgram.of(type).contains(program));
        if (canSleep) {
          loaded.setSleepable();
        }
        if (features.uprobeMulti()) {
          loaded.setExpectedAttachType(BpfSystemCall.BPF_TRACE_UPROBE_MULTI);
        }
      }
      object.load();
      for (int i = 0; i < constants.size(); i++) {
        object.map("uprobe_patterns").write(i, Patterns.encode(constants.get(i)));
      }
      return new LoadedProbe(opener, object, config, probe, groups, calls);
    } catch (KernelException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** A Call keeps its entries elsewhere. */
  private static int entered(ProbeType type) {
    return switch (type) {
      case ENTRY -> MAX_ENTERED / 8;
      case RETURN -> MAX_ENTERED;
      case CALL -> 1;
    };
  }

  public BpfProgram program(ProbeProgram program) {
    return object.program(program.symbol());
  }

  JumpMap jumps() {
    return jumps;
  }

  /**
   * Loads a program once more, for a kernel that passes no attach cookies.
   *
   * @param cookie what a cookie would tell the program of its place
   */
  public Copy copy(ProbeProgram program, long cookie) throws KernelException {
    BpfObject copy = opener.open();
    try {
      copy.shareMaps(object, CONFIG);
      copy.map(CONFIG).setInitialValue(ProbeConfig.forSite(config, cookie));
      for (ProbeProgram each : ProbeProgram.values()) {
        copy.program(each.symbol()).setAutoload(each == program);
      }
      copy.load();
      return new Copy(copy, copy.program(program.symbol()));
    } catch (KernelException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  UsdtArgumentMap usdtPlaces() {
    return usdtPlaces;
  }

  public Counters counters() throws KernelException {
    return Counters.of(object.map("uprobe_counts").sumOverCpus(Counters.COUNT))
        .withMissed(forgotten);
  }

  /**
   * Makes room for other calls: forgets those whose threads have ended within them, if calls were
   * missed since the last time. Used by one thread.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread, read by others
  public void forgetEndedCalls() throws KernelException {
    long missed = counters().missed();
    if (calls.isPresent() && missed != missedBefore) {
      forgotten += calls.get().forgetEnded();
      missedBefore = counters().missed();
    }
  }

  /**
   * Ends the probe at this moment, however long it takes to detach it: no hit counts from now on.
   */
  public void end() throws KernelException {
    object.map("uprobe_ended").write(0, HAS_ENDED);
  }

  /** Counts the calls that have not returned as missed; only after the probe was detached. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread, read by others
  public void forgetCalls() throws KernelException {
    if (calls.isPresent()) {
      forgotten += calls.get().forgetAll();
    }
  }

  /** Returns what is kept of the calls so far; empty for a probe that sends events. */
  public Optional<AggregationMap> groups() {
    return groups;
  }

  @Override
  public void close() {
    object.close();
  }
}
