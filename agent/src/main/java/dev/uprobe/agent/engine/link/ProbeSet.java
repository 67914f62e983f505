package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.engine.program.BpfPrograms;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.engine.program.LoadedProbe;
import dev.uprobe.agent.engine.program.PidNamespace;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.events.decode.SharedBuffer;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.ProbePlan;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All probes that this agent has in the kernel, and the buffer that they write to.
 *
 * <p>One thread adds probes and attaches them; the same one reads counters.
 */
public final class ProbeSet implements Handle {
  /** Of how many removed probes events may still be in the buffer. */
  private static final int REMEMBERED = 1024;

  private final BpfEnvironment environment;
  private final byte[] object;
  private final KernelFeatures features;
  private final UprobeLinks ways;
  private final SharedBuffer buffer;
  private final PidNamespace numbering;
  private final Map<Integer, AttachedProbe> probes = new ConcurrentSkipListMap<>();
  private final Map<Integer, ProbeDescriptor> known = new ConcurrentHashMap<>();
  private final Queue<Integer> removed = new ArrayDeque<>();
  private Optional<KernelOffsets> offsets = Optional.empty();
  private int nextNumber;

  /** By probes that are removed. */
  private long lostBefore;

  /**
   * Creates an empty set.
   *
   * @param bufferSize of the ring buffer in bytes, a power of two and at least a page
   */
  public ProbeSet(BpfEnvironment environment, int bufferSize) throws KernelException {
    this(environment, environment.features(), bufferSize);
  }

  /** Creates an empty set that uses no more than the given features of the kernel. */
  public ProbeSet(BpfEnvironment environment, KernelFeatures features, int bufferSize)
      throws KernelException {
    this.environment = environment;
    this.object = BpfPrograms.uprobe(environment.architecture(), features.atomics());
    this.features = features;
    this.ways =
        features.uprobeMulti()
            ? new UprobeMultiLinks(environment.libc(), environment.bpf())
            : new PerfEventLinks(features.attachCookie());
    this.numbering = PidNamespace.own(this::offsets);
    this.buffer = new SharedBuffer(environment, object, bufferSize);
  }

  /**
   * Loads a probe's programs, or those of one with an open plan when that is completed; it is
   * attached to nothing yet.
   */
  public AttachedProbe add(String trace, ProbePlan plan, Selection selection)
      throws KernelException {
    ProbeDescriptor probe = new ProbeDescriptor(nextNumber, trace, plan);
    AttachedProbe added =
        new AttachedProbe(environment.libc(), probe, whole -> load(whole, selection), ways);
    if (plan.completion().isEmpty()) {
      added.load(probe);
    }
    probes.put(nextNumber, added);
    nextNumber++;
    return added;
  }

  private LoadedProbe load(ProbeDescriptor probe, Selection selection) throws KernelException {
    Selection complete = known(selection, probe.plan());
    LoadedProbe programs;
    try {
      programs = load(probe, complete, features);
    } catch (KernelException e) {
      // To wait for memory takes more code. A probe that is as large as can be has no room for it.
      if (e.errno() != Errno.E2BIG || !features.sleepable()) {
        throw e;
      }
      programs = load(probe, complete, features.withoutSleep());
    }
    known.put(probe.number(), probe);
    return programs;
  }

  private LoadedProbe load(ProbeDescriptor probe, Selection selection, KernelFeatures with)
      throws KernelException {
    return LoadedProbe.load(
        () -> BpfObject.open(environment, object),
        probe,
        selection,
        with,
        buffer,
        numbering,
        environment.libbpf().libbpf_num_possible_cpus());
  }

  /** Returns where the running kernel keeps what programs look for; it is asked once. */
  public KernelOffsets offsets() throws KernelException {
    if (offsets.isEmpty()) {
      offsets = Optional.of(KernelOffsets.find(environment));
    }
    return offsets.get();
  }

  /** Finds what a program needs to tell containers apart where nothing else has asked for it. */
  private Selection known(Selection selection, ProbePlan plan) throws KernelException {
    boolean byContainer =
        plan.aggregation().stream()
            .flatMap(each -> each.by().stream())
            .anyMatch(Aggregation.Key.Container.class::isInstance);
    return byContainer && selection.fields().isEmpty() ? selection.with(offsets()) : selection;
  }

  /**
   * Takes probes out of the kernel for good. Their last events may still be in the buffer, and name
   * them.
   */
  public void remove(List<AttachedProbe> some) {
    detach(some);
    for (AttachedProbe each : some) {
      probes.remove(each.probe().number());
      lostBefore += lastLost(each);
      each.unload();
      removed.add(each.probe().number());
    }
    while (removed.size() > REMEMBERED) {
      known.remove(removed.remove());
    }
  }

  private static long lastLost(AttachedProbe probe) {
    try {
      return probe.counters().lost();
    } catch (KernelException e) {
      // The probe goes all the same, and its own counts were asked for before.
      return 0;
    }
  }

  /**
   * Returns how many events were lost because the buffer was full, those of removed probes
   * included.
   */
  public long lost() throws KernelException {
    long lost = lostBefore;
    for (AttachedProbe each : probes.values()) {
      lost += each.counters().lost();
    }
    return lost;
  }

  /** Returns the probe that events know by a number. */
  public ProbeDescriptor probe(int number) {
    return known.get(number);
  }

  /** Returns the probes in the order in which they were added. */
  public List<AttachedProbe> probes() {
    return List.copyOf(probes.values());
  }

  /** Returns how many functions the probes are attached to, over all files. */
  public int functions() {
    return probes.values().stream().mapToInt(AttachedProbe::functions).sum();
  }

  /**
   * Returns how many functions the kernel will let go of one after the other, each after waits of
   * its own; 0 where one link holds all (from Linux 6.6 on).
   */
  public int slowLinks() {
    return features.uprobeMulti() ? 0 : functions();
  }

  public SharedBuffer buffer() {
    return buffer;
  }

  /** Takes every probe out of the kernel; what was captured stays in the buffer, counters too. */
  public void detach() {
    detach(probes());
  }

  /** Takes some of the probes out of the kernel. */
  public void detach(List<AttachedProbe> some) {
    end(some);
    // Returns first, as for a single file.
    ParallelClose.closeAll(links(some, true));
    ParallelClose.closeAll(links(some, false));
    some.forEach(ProbeSet::forgetCalls);
  }

  /** Returns end before entries, so that none comes without the entry of its call. */
  private static void end(List<AttachedProbe> some) {
    for (ProbeType type : List.of(ProbeType.RETURN, ProbeType.CALL, ProbeType.ENTRY)) {
      for (AttachedProbe each : some) {
        if (each.asked().type() == type) {
          end(each);
        }
      }
    }
  }

  private static void end(AttachedProbe probe) {
    try {
      probe.end();
    } catch (KernelException e) {
      // It ends when it is detached, which comes next.
      return;
    }
  }

  private static void forgetCalls(AttachedProbe probe) {
    try {
      probe.forgetCalls();
    } catch (KernelException e) {
      // The probe is detached all the same; a few calls are in no count.
      return;
    }
  }

  /**
   * Makes room for other calls where threads have ended within theirs. To be done from time to time
   * by the thread that attaches.
   */
  public void forgetEndedCalls() throws KernelException {
    for (AttachedProbe each : probes.values()) {
      each.forgetEndedCalls();
    }
  }

  private static List<Handle> links(List<AttachedProbe> some, boolean atReturn) {
    return some.stream().flatMap(each -> each.takeLinks(atReturn).stream()).toList();
  }

  @Override
  public void close() {
    detach();
    probes.values().forEach(AttachedProbe::unload);
    buffer.close();
  }
}
