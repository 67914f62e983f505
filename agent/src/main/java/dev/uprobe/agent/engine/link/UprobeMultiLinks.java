package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.engine.program.LinkTarget;
import dev.uprobe.agent.engine.program.LoadedProbe;
import dev.uprobe.agent.engine.program.ProbeProgram;
import dev.uprobe.agent.sys.libbpf.BpfSystemCall;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import java.util.List;

/** One link for any number of functions of a file (kernel 6.6). */
record UprobeMultiLinks(Libc libc, BpfSystemCall bpf) implements UprobeLinks {

  @Override
  public List<Handle> attach(
      LoadedProbe programs,
      ProbeProgram program,
      boolean trampoline,
      String path,
      List<LinkTarget> sites)
      throws KernelException {
    int link =
        bpf.attachUprobeMulti(
            programs.program(program).fd(),
            path,
            sites.stream().mapToLong(LinkTarget::offset).toArray(),
            sites.stream().mapToLong(LinkTarget::cookie).toArray(),
            sites.stream().mapToLong(LinkTarget::refCounterOffset).toArray(),
            trampoline);
    return List.of(() -> libc.close(link));
  }
}
