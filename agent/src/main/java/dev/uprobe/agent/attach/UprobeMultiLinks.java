package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.libbpf.BpfSystemCall;
import java.util.List;

/** One link for any number of functions of a file (kernel 6.6). */
record UprobeMultiLinks(Libc libc, BpfSystemCall bpf) implements UprobeLinks {

  @Override
  public List<Handle> attach(
      LoadedProbe programs, ProbeProgram program, boolean trampoline, String path, List<Site> sites)
      throws KernelException {
    int link =
        bpf.attachUprobeMulti(
            programs.program(program).fd(),
            path,
            sites.stream().mapToLong(Site::offset).toArray(),
            sites.stream().mapToLong(Site::cookie).toArray(),
            sites.stream().mapToLong(Site::semaphore).toArray(),
            trampoline);
    return List.of(() -> libc.close(link));
  }
}
