package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.ByteBuffer;

/**
 * Where the running kernel keeps what tells which program and container a process is of: struct
 * fields of bpf/fields.h.
 */
public final class KernelOffsets {
  static final int SIZE = 36;

  private final byte[] bytes;

  KernelOffsets(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Asks the running kernel, by its BTF. */
  public static KernelOffsets find(BpfEnvironment environment) throws KernelException {
    byte[] content = BpfPrograms.fields(environment.architecture());
    try (BpfObject object = BpfObject.open(environment, content)) {
      object.load();
      object.program("find_fields").runOnce();
      return new KernelOffsets(object.map("found").read(SIZE));
    }
  }

  void writeTo(ByteBuffer config) {
    config.put(bytes);
  }
}
