package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libc.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The compiled BPF objects that come with the agent. */
public final class BpfPrograms {
  private BpfPrograms() {}

  /**
   * Returns uprobe.bpf.c as compiled for an architecture.
   *
   * @param atomics whether the kernel has the atomic instructions of bpf/atomic.h
   */
  public static byte[] uprobe(Architecture architecture, boolean atomics) {
    return content(atomics ? "uprobe-atomic" : "uprobe", architecture);
  }

  /** Returns offsets.bpf.c as compiled for an architecture. */
  static byte[] offsets(Architecture architecture) {
    return content("offsets", architecture);
  }

  private static byte[] content(String program, Architecture architecture) {
    String name = "/dev/uprobe/bpf/" + program + "." + architecture.text() + ".bpf.o";
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
