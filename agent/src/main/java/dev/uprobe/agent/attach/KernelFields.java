package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.libbpf.BpfObject;
import java.nio.ByteBuffer;

/**
 * Where the running kernel keeps what tells which program and container a process is of: struct
 * fields of bpf/fields.h.
 */
public final class KernelFields {
  static final int SIZE = 36;

  private final byte[] bytes;

  KernelFields(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Asks the running kernel, by its BTF. */
  public static KernelFields find(BpfEnvironment environment) throws KernelException {
    byte[] content = BpfPrograms.fields(environment.architecture());
    try (BpfObject object = BpfObject.open(environment, content)) {
      object.load();
      object.program("find_fields").runOnce();
      return new KernelFields(object.map("found").read(SIZE));
    }
  }

  void writeTo(ByteBuffer config) {
    config.put(bytes);
  }
}
