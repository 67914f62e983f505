package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A set of 32-bit numbers that programs can ask. One thread changes it. */
public final class BpfNumberSet implements Handle {
  private final BpfKeySet keys;

  /**
   * Creates an empty set.
   *
   * @param maxSize the most numbers that it can hold
   */
  public BpfNumberSet(BpfEnvironment environment, String name, int maxSize) throws KernelException {
    this.keys = new BpfKeySet(environment, name, Integer.BYTES, maxSize);
  }

  /** Adds a number; one that is there already stays. */
  public void add(int number) throws KernelException {
    keys.add(key(number));
  }

  /** Removes a number, if it is there. */
  public void remove(int number) throws KernelException {
    keys.remove(key(number));
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  /** Returns what programs ask. */
  public BpfKeySet keys() {
    return keys;
  }

  @Override
  public void close() {
    keys.close();
  }
}
