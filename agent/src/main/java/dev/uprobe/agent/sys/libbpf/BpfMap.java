package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A map of a {@link BpfObject}, valid as long as that is open. */
public final class BpfMap {

  private final Libbpf libbpf;
  private final String name;
  private final Pointer map;

  BpfMap(Libbpf libbpf, String name, Pointer map) {
    this.libbpf = libbpf;
    this.name = name;
    this.map = map;
  }

  /** Returns the map's descriptor; only after the object was loaded. */
  public int fd() {
    return libbpf.bpf_map__fd(map);
  }

  /** Makes the object use a map that exists already. */
  public void reuse(BpfMap other) throws KernelException {
    check("share", libbpf.bpf_map__reuse_fd(map, other.fd()));
  }

  /** Makes the object use a set that exists already. */
  public void reuse(BpfKeySet set) throws KernelException {
    check("share", libbpf.bpf_map__reuse_fd(map, set.fd()));
  }

  public void setMaxEntries(int entries) throws KernelException {
    check("size", libbpf.bpf_map__set_max_entries(map, entries));
  }

  public void setKeySize(int bytes) throws KernelException {
    check("size", libbpf.bpf_map__set_key_size(map, bytes));
  }

  /** Leaves the map out: for programs whose every use of it is removed by the verifier. */
  public void leaveOut() throws KernelException {
    check("leave out", libbpf.bpf_map__set_autocreate(map, false));
  }

  public void setValueSize(int bytes) throws KernelException {
    check("size", libbpf.bpf_map__set_value_size(map, bytes));
  }

  /** Sets what a map of global data holds when it is loaded. */
  public void setInitialValue(byte[] data) throws KernelException {
    check("initialise", libbpf.bpf_map__set_initial_value(map, data, data.length));
  }

  /** Writes an entry of an array; only after the object was loaded. */
  public void write(int index, byte[] data) throws KernelException {
    Pointer key = Memory.allocateDirect(libbpf.runtime(), Integer.BYTES);
    Pointer value = Memory.allocateDirect(libbpf.runtime(), data.length);
    key.putInt(0, index);
    value.put(0, data, 0, data.length);
    check("write", libbpf.bpf_map_update_elem(fd(), key, value, BpfSystemCall.BPF_ANY));
  }

  /** Reads the entry 0 of an array whose values have the given size. */
  public byte[] read(int size) throws KernelException {
    Pointer value = lookUp(size);
    byte[] bytes = new byte[size];
    value.get(0, bytes, 0, size);
    return bytes;
  }

  /**
   * Reads the entry 0 of a per-CPU array of 64-bit numbers, summed over the CPUs.
   *
   * @param count how many numbers an entry has
   */
  public long[] sumOverCpus(int count) throws KernelException {
    int cpus = libbpf.libbpf_num_possible_cpus();
    Pointer value = lookUp(cpus * count * Long.BYTES);
    long[] sums = new long[count];
    for (int i = 0; i < cpus * count; i++) {
      sums[i % count] += value.getLong((long) i * Long.BYTES);
    }
    return sums;
  }

  /** An entry of a per-CPU hash; all buffers are little-endian. */
  public record PerCpuEntry(ByteBuffer key, List<ByteBuffer> values) {}

  /**
   * Reads all entries of a per-CPU hash.
   *
   * @param valueSize in bytes, a multiple of 8
   * @param maxEntries that the map can have
   */
  public List<PerCpuEntry> entries(int keySize, int valueSize, int maxEntries)
      throws KernelException {
    int cpus = libbpf.libbpf_num_possible_cpus();
    Pointer next = memory(Math.max(keySize, Integer.BYTES));
    Pointer keys = memory(maxEntries * keySize);
    Pointer values = memory(maxEntries * cpus * valueSize);
    Pointer count = memory(Integer.BYTES);
    count.putInt(0, maxEntries);
    int result = libbpf.bpf_map_lookup_batch(fd(), null, next, keys, values, count, null);
    // There is no entry behind those that were read.
    if (result != -Errno.ENOENT) {
      check("read", result);
    }
    List<PerCpuEntry> entries = new ArrayList<>();
    for (int i = 0; i < count.getInt(0); i++) {
      List<ByteBuffer> each = new ArrayList<>();
      for (int cpu = 0; cpu < cpus; cpu++) {
        each.add(bytes(values, (long) (i * cpus + cpu) * valueSize, valueSize));
      }
      entries.add(new PerCpuEntry(bytes(keys, (long) i * keySize, keySize), each));
    }
    return entries;
  }

  /**
   * Reads the keys of a hash, little-endian. Of one that changes meanwhile some may be missing.
   *
   * @param most keys that are read
   */
  public List<ByteBuffer> keys(int keySize, int most) throws KernelException {
    List<ByteBuffer> keys = new ArrayList<>();
    Pointer key = memory(keySize);
    Pointer next = memory(keySize);
    int result = libbpf.bpf_map_get_next_key(fd(), null, next);
    while (result == 0 && keys.size() < most) {
      ByteBuffer found = bytes(next, 0, keySize);
      keys.add(found);
      copy(found, key);
      result = libbpf.bpf_map_get_next_key(fd(), key, next);
    }
    if (result != -Errno.ENOENT) {
      check("read", result);
    }
    return keys;
  }

  private static void copy(ByteBuffer from, Pointer to) {
    byte[] bytes = new byte[from.capacity()];
    from.get(0, bytes);
    to.put(0, bytes, 0, bytes.length);
  }

  /** Removes an entry of a hash, and returns whether it was there. */
  public boolean delete(ByteBuffer key) throws KernelException {
    Pointer memory = memory(key.capacity());
    copy(key, memory);
    int result = libbpf.bpf_map_delete_elem(fd(), memory);
    if (result != -Errno.ENOENT) {
      check("change", result);
    }
    return result == 0;
  }

  private Pointer memory(int size) {
    return Memory.allocateDirect(libbpf.runtime(), size);
  }

  private static ByteBuffer bytes(Pointer memory, long at, int size) {
    byte[] bytes = new byte[size];
    memory.get(at, bytes, 0, size);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Pointer lookUp(int size) throws KernelException {
    Pointer key = Memory.allocateDirect(libbpf.runtime(), Integer.BYTES, true);
    Pointer value = Memory.allocateDirect(libbpf.runtime(), size);
    check("read", libbpf.bpf_map_lookup_elem(fd(), key, value));
    return value;
  }

  private void check(String action, int result) throws KernelException {
    if (result < 0) {
      throw new KernelException(
          "Cannot " + action + " the BPF map " + name + ": " + Errno.describe(-result) + ".",
          -result,
          "");
    }
  }
}
