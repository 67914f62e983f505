package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.AggregationMap;
import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.engine.program.LinkSites;
import dev.uprobe.agent.engine.program.LinkTarget;
import dev.uprobe.agent.engine.program.LoadedProbe;
import dev.uprobe.agent.engine.program.ProbeProgram;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.process.watch.WatchedFile;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.MappedMemory;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A probe in the kernel, and its links to the functions of any number of files.
 *
 * <p>One thread attaches; links are given up by {@link ProbeSet}.
 */
public final class AttachedProbe {
  private final Libc libc;
  private final ProbePlan asked;
  private final Loader loader;
  private final UprobeLinks ways;
  private final Map<Object, FileLinks> files = new ConcurrentHashMap<>();
  private boolean hasLeftFile;

  /** Written by the thread that attaches, read by any. */
  private volatile ProbeDescriptor probe;

  /** Empty as long as the plan is open. */
  private volatile Optional<LoadedProbe> programs = Optional.empty();

  /** Puts the programs of a plan into the kernel. */
  @FunctionalInterface
  interface Loader {
    LoadedProbe load(ProbeDescriptor probe) throws KernelException;
  }

  /** Creates a probe that is not in the kernel yet. */
  AttachedProbe(Libc libc, ProbeDescriptor probe, Loader loader, UprobeLinks ways) {
    this.libc = libc;
    this.asked = probe.plan();
    this.probe = probe;
    this.loader = loader;
    this.ways = ways;
  }

  /** Returns the plan as it was asked for, which may be open. */
  public ProbePlan asked() {
    return asked;
  }

  /** Returns whether the probe is in the kernel; one whose plan is open is not. */
  public boolean isLoaded() {
    return programs.isPresent();
  }

  /** Loads the programs of a probe whose plan was open. */
  public void complete(ProbePlan whole) throws KernelException {
    load(new ProbeDescriptor(probe.number(), probe.trace(), whole));
  }

  void load(ProbeDescriptor whole) throws KernelException {
    programs = Optional.of(loader.load(whole));
    probe = whole;
  }

  /** A function whose probe the kernel refused. */
  public record Refusal(ProbeSite site, KernelException cause) {}

  /** Attaches to functions of a file that is not told from others later. */
  public List<Refusal> attach(String path, List<ProbeSite> sites) throws KernelException {
    return attach(new Object(), path, sites);
  }

  /**
   * Attaches to functions of a file; those that the kernel refuses are left out.
   *
   * @param file by what the caller knows the file when it is to be detached from
   * @param path a file that can be opened now; it is not needed later
   * @return the functions that were refused
   * @throws KernelException when the cause is not a function, but the file or a missing privilege
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread, read by others
  public List<Refusal> attach(Object file, String path, List<ProbeSite> sites)
      throws KernelException {
    int first = probe.addFunctions(sites.stream().map(ProbeSite::name).toList());
    List<Refusal> refusals = new ArrayList<>();
    FileLinks links = new FileLinks();
    // The kernel looks at an instruction only where its file is mapped (kernel/events/uprobes.c,
    // install_breakpoint); else it takes a probe that it leaves out when a program starts.
    Handle mapping = MappedMemory.ofFile(libc, Path.of(path));
    try {
      attach(links, path, sites, first, refusals);
    } catch (KernelException e) {
      // Another attempt would find some functions attached already, and report their calls twice.
      links.close();
      throw e;
    } finally {
      mapping.close();
    }
    links.count(sites.size() - refusals.size());
    files.put(file, links);
    return refusals;
  }

  /** The kernel takes all functions or none and does not say which it minds: halves tell. */
  private void attach(
      FileLinks links, String path, List<ProbeSite> sites, int first, List<Refusal> refusals)
      throws KernelException {
    if (sites.isEmpty()) {
      return;
    }
    try {
      attachPrograms(links, path, LinkSites.of(sites, first, programs.orElseThrow()));
    } catch (KernelException e) {
      if (!isAboutFunction(e)) {
        throw e;
      }
      if (sites.size() == 1) {
        refusals.add(new Refusal(sites.get(0), e));
        return;
      }
      int half = sites.size() / 2;
      attach(links, path, sites.subList(0, half), first, refusals);
      attach(links, path, sites.subList(half, sites.size()), first + half, refusals);
    }
  }

  private void attachPrograms(FileLinks links, String path, LinkSites sites)
      throws KernelException {
    Map<ProbeProgram, List<Handle>> attached = new EnumMap<>(ProbeProgram.class);
    try {
      for (ProbeProgram program : order()) {
        List<Handle> handles = attached.computeIfAbsent(program, key -> new ArrayList<>());
        if (program.atTrampoline()) {
          attachProgram(program, true, path, sites.trampolines(), handles);
        }
        attachProgram(program, false, path, program.sites(sites), handles);
      }
    } catch (KernelException e) {
      attached.values().forEach(ParallelClose::closeAll);
      throw e;
    }
    attached.forEach((program, each) -> links.add(program.atReturn(), each));
  }

  /**
   * Once the probe has left a file, calls of then may still be known: entries come first, which
   * replace those, or the first returns would be paired with them.
   */
  private List<ProbeProgram> order() {
    List<ProbeProgram> order = new ArrayList<>(ProbeProgram.of(probe.plan().type()));
    if (hasLeftFile) {
      order.sort(Comparator.comparing(ProbeProgram::atReturn));
    }
    return order;
  }

  private void attachProgram(
      ProbeProgram program,
      boolean trampoline,
      String path,
      List<LinkTarget> sites,
      List<Handle> handles)
      throws KernelException {
    if (!sites.isEmpty()) {
      handles.addAll(ways.attach(programs.orElseThrow(), program, trampoline, path, sites));
    }
  }

  private static boolean isAboutFunction(KernelException e) {
    return switch (e.errno()) {
      case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP, Errno.ENOEXEC, Errno.EIO -> true;
      default -> false;
    };
  }

  public ProbeDescriptor probe() {
    return probe;
  }

  /** Returns how many functions the probe is attached to, over all files. */
  public int functions() {
    return files.values().stream().mapToInt(FileLinks::functions).sum();
  }

  /** Returns what became of the hits so far. */
  public Counters counters() throws KernelException {
    return programs.isPresent() ? programs.get().counters() : Counters.NONE;
  }

  /** Returns what the kernel keeps instead of sending events; empty for a probe that sends them. */
  public Optional<AggregationMap> groups() {
    return programs.flatMap(LoadedProbe::groups);
  }

  /** Returns the links of entries or of returns, which are the caller's to close from now on. */
  List<Handle> takeLinks(boolean atReturn) {
    List<Handle> taken = new ArrayList<>();
    for (FileLinks each : files.values()) {
      taken.addAll(each.take(atReturn));
    }
    return taken;
  }

  /**
   * Has a change of a file's content take the probe off at once, on whatever thread notices it. To
   * be called after attaching to the file.
   *
   * @return whether the file has not changed since it is watched
   */
  public boolean guard(Object file, WatchedFile watched) {
    return watched.guard(files.get(file));
  }

  /** Detaches from one file; the others stay attached. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread, read by others
  public void detach(Object file) {
    FileLinks links = files.remove(file);
    if (links != null) {
      links.close();
      hasLeftFile = true;
    }
  }

  void end() throws KernelException {
    if (programs.isPresent()) {
      programs.get().end();
    }
  }

  void forgetEndedCalls() throws KernelException {
    if (programs.isPresent()) {
      programs.get().forgetEndedCalls();
    }
  }

  void forgetCalls() throws KernelException {
    if (programs.isPresent()) {
      programs.get().forgetCalls();
    }
  }

  void unload() {
    programs.ifPresent(LoadedProbe::close);
  }
}
