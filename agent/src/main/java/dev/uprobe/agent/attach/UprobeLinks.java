package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
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
      LoadedProbe programs, ProbeProgram program, boolean trampoline, String path, List<Site> sites)
      throws KernelException;

  /**
   * An instruction.
   *
   * @param offset in the file
   * @param cookie what the program is told when it fires
   * @param semaphore where in the file the kernel counts those who trace it; 0 for nowhere
   */
  record Site(long offset, long cookie, long semaphore) {}
}
