package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;

/**
 * Where the running kernel keeps what identifies the program, the container and the numbers of a
 * process: offsets into its structs, as bpf/offsets.h has them.
 */
public final class KernelOffsets {
  private final byte[] ofProcess;
  private final byte[] ofPid;

  /**
   * @param ofProcess struct kernel_offsets
   * @param ofPid struct pid_offsets
   */
  KernelOffsets(byte[] ofProcess, byte[] ofPid) {
    this.ofProcess = ofProcess.clone();
    this.ofPid = ofPid.clone();
  }

  /** Asks the running kernel, by its BTF; it reads all of that, so once is enough. */
  public static KernelOffsets find(BpfEnvironment environment) throws KernelException {
    byte[] content = BpfPrograms.offsets(environment.architecture());
    try (BpfObject object = BpfObject.open(environment, content)) {
      object.load();
      object.program("uprobe_find_offsets").runOnce();
      return new KernelOffsets(
          object.map("uprobe_offsets").read(Structs.KernelOffsets.SIZEOF),
          object.map("uprobe_pid_offs").read(Structs.PidOffsets.SIZEOF));
    }
  }

  /** Writes those of the program and the container of a process into a config. */
  void writeTo(ByteBuffer config) {
    config.put(Structs.Config.OFFSETS, ofProcess);
  }

  /** Writes those of the numbers of a process into a config. */
  void writePidTo(ByteBuffer config) {
    config.put(Structs.Config.NUMBERING + Structs.Numbering.OFFSETS, ofPid);
  }
}
