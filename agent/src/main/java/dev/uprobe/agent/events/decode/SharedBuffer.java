package dev.uprobe.agent.events.decode;

import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libbpf.RingBuffer;
import dev.uprobe.agent.sys.libc.BatchScheduling;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.MappedMemory;
import dev.uprobe.agent.sys.libc.WakeableSleep;
import dev.uprobe.bpf.Structs;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The ring buffer of all probes, and the word by which its reader and the programs agree on
 * wake-ups.
 *
 * <p>A program wakes the reader only when that sleeps or falls behind: a wake-up costs more than an
 * event. One thread reads.
 */
public final class SharedBuffer implements Handle {
  /** The fill at which a program wakes the reader even while it is busy, as a part of the size. */
  private static final int WAKE_AT_FRACTION = 4;

  /** How long a busy reader lets events gather; no wake-up ends this nap but a filling buffer. */
  private static final int NAP_MILLIS = 20;

  /** After so many naps without an event the reader asks to be woken, and sleeps. */
  private static final int IDLE_NAPS = 5;

  /** A sleeper looks by itself now and then, should a wake-up have found no room in the buffer. */
  private static final int SLEEP_MILLIS = 1_000;

  private final HandleStack handles = new HandleStack();
  private final Libc libc;
  private final BpfObject object;
  private final int size;
  private final RingBuffer ring;
  private final MappedMemory reader;
  private final WakeableSleep sleeper;
  private int emptyNaps;

  /**
   * Creates the buffer.
   *
   * @param size in bytes, a power of two and at least a page
   */
  public SharedBuffer(BpfEnvironment environment, byte[] object, int size) throws KernelException {
    this.size = size;
    this.libc = environment.libc();
    try {
      this.object = handles.push(BpfObject.open(environment, object));
      this.object.loadMapsOnly();
      this.object.map("uprobe_events").setMaxEntries(size);
      this.object.load();
      int events = this.object.map("uprobe_events").fd();
      int readers = this.object.map("uprobe_readers").fd();
      this.ring = handles.push(new RingBuffer(libc, events, size));
      this.reader = handles.push(MappedMemory.shared(libc, readers, libc.getpagesize(), 0));
      this.sleeper = handles.push(new WakeableSleep(libc, events));
    } catch (KernelException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  /** Makes a probe's object, not loaded yet, use this buffer. */
  public void share(BpfObject probe) throws KernelException {
    probe.map("uprobe_events").reuse(object.map("uprobe_events"));
    probe.map("uprobe_readers").reuse(object.map("uprobe_readers"));
  }

  /** Returns the bytes waiting to be read at which programs wake a busy reader. */
  public int wakeAt() {
    return size / WAKE_AT_FRACTION;
  }

  /** Makes this thread, which is going to read, give way to the programs whose events it reads. */
  public void beginReading() {
    BatchScheduling.begin(libc);
  }

  /** Hands over what is there, in order; returns how many records there were. */
  public int drain(Consumer<ByteBuffer> record) {
    int count = ring.drain(record);
    if (count > 0) {
      emptyNaps = 0;
    }
    return count;
  }

  /** Waits for events, or for {@link #wake}; cheap under load, and quiet when nothing happens. */
  public void await() {
    if (emptyNaps < IDLE_NAPS) {
      emptyNaps++;
      sleeper.sleep(NAP_MILLIS);
      return;
    }
    setAsleep(1);
    if (ring.isEmpty()) {
      sleeper.sleep(SLEEP_MILLIS);
    }
    setAsleep(0);
  }

  /** Ends the reader's wait. */
  public void wake() {
    sleeper.wake();
  }

  private void setAsleep(int value) {
    reader.memory().putInt(Structs.Reader.ASLEEP, value);
    VarHandle.fullFence();
  }

  @Override
  public void close() {
    handles.close();
  }
}
