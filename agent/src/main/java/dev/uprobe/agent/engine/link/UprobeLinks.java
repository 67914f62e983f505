package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.engine.program.LinkTarget;
import dev.uprobe.agent.engine.program.LoadedProbe;
import dev.uprobe.agent.engine.program.ProbeProgram;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.util.List;

/** A way to attach a program to functions of a file. */
interface UprobeLinks {

  /**
   * Attaches a program to every one of the given places, or to none of them.
   *
   * @param trampoline whether the kernel is to run it when the function there returns
   * @param path a file that can be opened now
   * @param sites not empty
   * @return the links, which may be closed by different threads; closing them detaches
   */
  List<Handle> attach(
      LoadedProbe programs,
      ProbeProgram program,
      boolean trampoline,
      String path,
      List<LinkTarget> sites)
      throws KernelException;
}
