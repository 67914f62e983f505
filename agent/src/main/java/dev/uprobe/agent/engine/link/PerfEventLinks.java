package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.engine.program.LinkTarget;
import dev.uprobe.agent.engine.program.LoadedProbe;
import dev.uprobe.agent.engine.program.MissingCapabilityException;
import dev.uprobe.agent.engine.program.ProbeProgram;
import dev.uprobe.agent.sys.libbpf.BpfProgram;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.ArrayList;
import java.util.List;

/**
 * One perf event and one link a function, for kernels before 6.6.
 *
 * @param cookies whether the kernel takes cookies (5.15); without, each place has a copy of the
 *     program, which costs milliseconds and some kilobytes of the kernel's memory
 */
record PerfEventLinks(boolean cookies) implements UprobeLinks {

  @Override
  public List<Handle> attach(
      LoadedProbe programs,
      ProbeProgram program,
      boolean trampoline,
      String path,
      List<LinkTarget> sites)
      throws KernelException {
    List<Handle> links = new ArrayList<>();
    try {
      for (LinkTarget site : sites) {
        links.add(
            cookies || site.cookie() == 0
                ? attach(programs.program(program), trampoline, path, site, site.cookie())
                : attachCopy(programs, program, trampoline, path, site));
      }
      return links;
    } catch (KernelException e) {
      ParallelClose.closeAll(links);
      throw e.errno() == Errno.EACCES ? new MissingCapabilityException(e) : e;
    }
  }

  /** The link keeps the copy in the kernel; nothing else needs its object. */
  private static Handle attachCopy(
      LoadedProbe programs, ProbeProgram program, boolean trampoline, String path, LinkTarget site)
      throws KernelException {
    try (LoadedProbe.Copy copy = programs.copy(program, site.cookie())) {
      return attach(copy.program(), trampoline, path, site, 0);
    }
  }

  private static Handle attach(
      BpfProgram program, boolean trampoline, String path, LinkTarget site, long cookie)
      throws KernelException {
    return program.attachUprobe(path, site.offset(), site.refCounterOffset(), cookie, trampoline);
  }
}
