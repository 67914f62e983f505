package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled BPF objects that come with the agent. */
final class BpfPrograms {
  private BpfPrograms() {}

  /** Returns uprobe.bpf.c as compiled for an architecture. */
  static byte[] uprobe(Architecture architecture) {
    String name = "/dev/uprobe/bpf/uprobe." + architecture.text() + ".bpf.o";
    try (InputStream in = BpfPrograms.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The agent was built without " + name + ".");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
