package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * By which numbers this agent knows processes: struct numbering of bpf/config.h. The kernel counts
 * for programs as the initial pid namespace does. An agent whose node is a container itself has
 * another one, and a {@code /proc} with other numbers.
 */
public final class PidNamespace {
  static final int FIELDS_SIZE = 32;
  private static final int SIZE = Integer.BYTES + FIELDS_SIZE;

  /** PROC_PID_INIT_INO of linux/proc_ns.h. */
  private static final long INITIAL = 0xEFFFFFFCL;

  private static final Path OWN = Path.of("/proc/self/ns/pid");

  private final byte[] bytes;

  private PidNamespace(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The numbering of this agent, and where the running kernel keeps it, by its BTF. */
  public static PidNamespace find(BpfEnvironment environment) throws KernelException {
    long namespace = ownNamespace();
    return namespace == INITIAL
        ? new PidNamespace(new byte[SIZE])
        : of(namespace, findFields(environment));
  }

  /**
   * Creates one.
   *
   * @param namespace the inode number of a pid namespace
   * @param fields struct pid_fields of bpf/fields.h
   */
  static PidNamespace of(long namespace, byte[] fields) {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt((int) namespace).put(fields);
    return new PidNamespace(bytes.array());
  }

  private static byte[] findFields(BpfEnvironment environment) throws KernelException {
    byte[] content = BpfPrograms.fields(environment.architecture());
    try (BpfObject object = BpfObject.open(environment, content)) {
      object.load();
      object.program("find_fields").runOnce();
      return object.map("found_pid").read(FIELDS_SIZE);
    }
  }

  private static long ownNamespace() throws KernelException {
    try {
      return ((Number) Files.getAttribute(OWN, "unix:ino")).longValue();
    } catch (IOException e) {
      throw new KernelException("Cannot read " + OWN + ": " + Sentence.reason(e) + ".", 0, "");
    }
  }

  /** Writes it into an encoded config. */
  void writeTo(byte[] config) {
    System.arraycopy(bytes, 0, config, ProbeConfig.NUMBERING, SIZE);
  }
}
