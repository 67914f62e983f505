package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.Errno;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * One perf event and one link a function, for kernels before 6.6.
 *
 * @param cookies whether the kernel takes cookies (5.15)
 */
record PerfEventLinks(boolean cookies) implements UprobeLinks {

  @Override
  public List<Handle> attach(BpfProgram program, boolean trampoline, String path, List<Site> sites)
      throws KernelException {
    List<Handle> links = new ArrayList<>();
    try {
      for (Site site : sites) {
        links.add(
            program.attachUprobe(
                path, site.offset(), site.semaphore(), cookies ? site.cookie() : 0, trampoline));
      }
      return links;
    } catch (KernelException e) {
      Detaching.closeAll(links);
      throw e.errno() == Errno.EACCES ? new MissingCapabilityException(e) : e;
    }
  }
}
