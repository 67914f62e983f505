package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A set of keys that programs can ask: a BPF hash map. One thread changes it. */
public final class BpfKeySet implements Handle {
  private static final int BPF_MAP_TYPE_HASH = 1;

  private final BpfEnvironment environment;
  private final int fd;
  private final int keySize;
  private final Pointer key;
  private final Pointer value;

  /**
   * Creates an empty set.
   *
   * @param keySize in bytes
   * @param maxSize the most keys that it can hold
   */
  public BpfKeySet(BpfEnvironment environment, String name, int keySize, int maxSize)
      throws KernelException {
    this.environment = environment;
    this.keySize = keySize;
    this.fd =
        environment
            .libbpf()
            .bpf_map_create(BPF_MAP_TYPE_HASH, name, keySize, Integer.BYTES, maxSize, null);
    check("created", fd);
    this.key = Memory.allocateDirect(environment.libbpf().runtime(), keySize);
    this.value = Memory.allocateDirect(environment.libbpf().runtime(), Integer.BYTES, true);
  }

  /** Adds a key; one that is there already stays. */
  public void add(byte[] added) throws KernelException {
    key.put(0, added, 0, keySize);
    check(
        "changed", environment.libbpf().bpf_map_update_elem(fd, key, value, BpfSystemCall.BPF_ANY));
  }

  /** Removes a key, if it is there. */
  public void remove(byte[] removed) throws KernelException {
    key.put(0, removed, 0, keySize);
    int result = environment.libbpf().bpf_map_delete_elem(fd, key);
    if (result != -Errno.ENOENT) {
      check("changed", result);
    }
  }

  int fd() {
    return fd;
  }

  private static void check(String action, int result) throws KernelException {
    if (result < 0) {
      throw new KernelException(
          "A BPF map cannot be " + action + ": " + Errno.describe(-result) + ".", -result, "");
    }
  }

  @Override
  public void close() {
    environment.libc().close(fd);
  }
}
