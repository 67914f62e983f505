package dev.uprobe.agent.attach;

import dev.uprobe.agent.event.TracedProbe;
import dev.uprobe.agent.kernel.Errno;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A probe in the kernel, and its links to the functions of any number of files.
 *
 * <p>One thread attaches; links are given up by {@link ProbeSet}.
 */
public final class AttachedProbe {
  private final Libc libc;
  private final TracedProbe probe;
  private final LoadedProbe programs;
  private final UprobeLinks ways;
  private final List<Handle> entryLinks = new ArrayList<>();
  private final List<Handle> returnLinks = new ArrayList<>();

  /** Written by the thread that attaches, read by any. */
  private volatile int functions;

  AttachedProbe(Libc libc, TracedProbe probe, LoadedProbe programs, UprobeLinks ways) {
    this.libc = libc;
    this.probe = probe;
    this.programs = programs;
    this.ways = ways;
  }

  /**
   * A function to be probed.
   *
   * @param name how events name it
   * @param offset of its first instruction in the file
   */
  public record Site(String name, long offset) {}

  /** A function whose probe the kernel refused. */
  public record Refusal(Site site, KernelException cause) {}

  /**
   * Attaches to functions of a file; those that the kernel refuses are left out.
   *
   * @param path a file that can be opened now; it is not needed later
   * @return the functions that were refused
   * @throws KernelException when the cause is not a function, but the file or a missing privilege
   */
  public List<Refusal> attach(String path, List<Site> sites) throws KernelException {
    int first = probe.addFunctions(sites.stream().map(Site::name).toList());
    List<UprobeLinks.Site> numbered = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      numbered.add(new UprobeLinks.Site(sites.get(i).offset(), first + i));
    }
    List<Refusal> refusals = new ArrayList<>();
    Handle mapping = CodeMapping.of(libc, path);
    try {
      attach(path, sites, numbered, refusals);
    } finally {
      mapping.close();
    }
    functions += sites.size() - refusals.size();
    return refusals;
  }

  /** The kernel takes all functions or none and does not say which it minds: halves tell. */
  private void attach(
      String path, List<Site> sites, List<UprobeLinks.Site> numbered, List<Refusal> refusals)
      throws KernelException {
    if (sites.isEmpty()) {
      return;
    }
    try {
      attachPrograms(path, numbered);
    } catch (KernelException e) {
      if (!isAboutFunction(e)) {
        throw e;
      }
      if (sites.size() == 1) {
        refusals.add(new Refusal(sites.get(0), e));
        return;
      }
      int half = sites.size() / 2;
      attach(path, sites.subList(0, half), numbered.subList(0, half), refusals);
      attach(
          path, sites.subList(half, sites.size()), numbered.subList(half, sites.size()), refusals);
    }
  }

  private void attachPrograms(String path, List<UprobeLinks.Site> sites) throws KernelException {
    Map<ProbeProgram, List<Handle>> attached = new EnumMap<>(ProbeProgram.class);
    try {
      for (ProbeProgram program : ProbeProgram.of(probe.plan().type())) {
        attached.put(
            program, ways.attach(programs.program(program), program.atReturn(), path, sites));
      }
    } catch (KernelException e) {
      attached.values().forEach(Detaching::closeAll);
      throw e;
    }
    attached.forEach((program, each) -> links(program.atReturn()).addAll(each));
  }

  private List<Handle> links(boolean atReturn) {
    return atReturn ? returnLinks : entryLinks;
  }

  private static boolean isAboutFunction(KernelException e) {
    return switch (e.errno()) {
      case Errno.EINVAL, Errno.ENOTSUPP, Errno.EOPNOTSUPP, Errno.ENOEXEC, Errno.EIO -> true;
      default -> false;
    };
  }

  public TracedProbe probe() {
    return probe;
  }

  /** Returns how many functions the probe is attached to, over all files. */
  public int functions() {
    return functions;
  }

  /** Returns what became of the hits so far. */
  public Counters counters() throws KernelException {
    return programs.counters();
  }

  /** Returns the links of entries or of returns, which are the caller's to close from now on. */
  List<Handle> takeLinks(boolean atReturn) {
    List<Handle> taken = List.copyOf(links(atReturn));
    links(atReturn).clear();
    return taken;
  }

  void unload() {
    programs.close();
  }
}
