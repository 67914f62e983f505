package dev.uprobe.agent.cli;

import dev.uprobe.agent.kernel.BatchScheduling;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfEnvironment;

/** The way into the kernel for commands that trace until they are stopped. */
final class TracingEnvironment {
  private TracingEnvironment() {}

  /** Loads the libraries, and makes this thread and those that it starts give way. */
  static BpfEnvironment load() throws KernelException {
    BpfEnvironment environment = BpfEnvironment.load();
    BatchScheduling.begin(environment.libc());
    return environment;
  }
}
