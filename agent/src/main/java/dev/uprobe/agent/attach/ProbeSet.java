package dev.uprobe.agent.attach;

import dev.uprobe.agent.event.TracedProbe;
import dev.uprobe.agent.kernel.Architecture;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.libbpf.BpfObject;
import dev.uprobe.agent.libbpf.BpfSystemCall;
import dev.uprobe.agent.libbpf.KernelFeatures;
import dev.uprobe.agent.libbpf.Libbpf;
import dev.uprobe.agent.libbpf.LibbpfLog;
import dev.uprobe.plan.ProbePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All probes that this agent has in the kernel, and the buffer that they write to.
 *
 * <p>One thread adds probes and attaches them; any thread may read counters.
 */
public final class ProbeSet implements Handle {
  private final Libbpf libbpf;
  private final LibbpfLog log;
  private final byte[] object;
  private final KernelFeatures features;
  private final UprobeLinks ways;
  private final SharedBuffer buffer;
  private final List<AttachedProbe> probes = new CopyOnWriteArrayList<>();

  /**
   * Creates an empty set.
   *
   * @param bufferSize of the ring buffer in bytes, a power of two and at least a page
   */
  public ProbeSet(
      Libbpf libbpf,
      LibbpfLog log,
      Libc libc,
      Architecture architecture,
      KernelFeatures features,
      int bufferSize)
      throws KernelException {
    this.libbpf = libbpf;
    this.log = log;
    this.object = BpfPrograms.uprobe(architecture);
    this.features = features;
    this.ways =
        features.uprobeMulti()
            ? new UprobeMultiLinks(libc, new BpfSystemCall(libc, architecture))
            : new PerfEventLinks(features.attachCookie());
    this.buffer = new SharedBuffer(libbpf, log, libc, object, bufferSize);
  }

  /** Loads a probe's programs; it is attached to nothing yet. */
  public AttachedProbe add(String trace, ProbePlan plan, Selection selection)
      throws KernelException {
    TracedProbe probe = new TracedProbe(probes.size(), trace, plan);
    LoadedProbe programs =
        LoadedProbe.load(BpfObject.open(libbpf, log, object), probe, selection, features, buffer);
    AttachedProbe added = new AttachedProbe(probe, programs, ways);
    probes.add(added);
    return added;
  }

  /** Returns the probe that events know by a number. */
  public TracedProbe probe(int number) {
    return probes.get(number).probe();
  }

  public List<AttachedProbe> probes() {
    return List.copyOf(probes);
  }

  public SharedBuffer buffer() {
    return buffer;
  }

  /** Takes every probe out of the kernel; what was captured stays in the buffer, counters too. */
  public void detach() {
    List<Handle> links = new ArrayList<>();
    probes.forEach(each -> links.addAll(each.takeLinks()));
    Detaching.closeAll(links);
  }

  @Override
  public void close() {
    detach();
    probes.forEach(AttachedProbe::unload);
    buffer.close();
  }
}
