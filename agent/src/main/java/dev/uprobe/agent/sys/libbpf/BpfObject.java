package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A compiled BPF object: opened, set up, loaded into the kernel, and released by {@link #close}.
 */
public final class BpfObject implements Handle {
  private final Libbpf libbpf;
  private final LibbpfLog log;
  private final Pointer object;

  private BpfObject(Libbpf libbpf, LibbpfLog log, Pointer object) {
    this.libbpf = libbpf;
    this.log = log;
    this.object = object;
  }

  /** Reads an object file's content; nothing reaches the kernel yet. */
  public static BpfObject open(BpfEnvironment environment, byte[] content) throws KernelException {
    Libbpf libbpf = environment.libbpf();
    LibbpfLog log = environment.log();
    log.clear();
    Pointer memory = Memory.allocateDirect(libbpf.runtime(), content.length);
    memory.put(0, content, 0, content.length);
    Pointer object = libbpf.bpf_object__open_mem(memory, content.length, null);
    if (object == null) {
      throw new KernelException("libbpf cannot read the agent's BPF object.", 0, log.text());
    }
    return new BpfObject(libbpf, log, object);
  }

  /** Loads maps and programs; the verifier's words are the exception's details. */
  public void load() throws KernelException {
    log.clear();
    int result = libbpf.bpf_object__load(object);
    if (result < 0) {
      throw new KernelException(
          "The kernel did not load the BPF program: "
              + Errno.describe(-result)
              + ". `uprobe-agent doctor` says which privilege or setting is missing.",
          -result,
          log.text());
    }
  }

  /** Leaves all programs out of the load; before the load only. */
  public void loadMapsOnly() {
    Pointer next = libbpf.bpf_object__next_program(object, null);
    while (next != null) {
      libbpf.bpf_program__set_autoload(next, false);
      next = libbpf.bpf_object__next_program(object, next);
    }
  }

  /** Returns a map of the object. */
  public BpfMap map(String name) {
    return new BpfMap(libbpf, name, found(libbpf.bpf_object__find_map_by_name(object, name), name));
  }

  /**
   * Makes this object, not loaded yet, use the maps of another one that was opened from the same
   * file and is loaded; maps that the other one left out are left out here too.
   *
   * @param own a map that stays this object's own
   */
  public void shareMaps(BpfObject other, String own) throws KernelException {
    Pointer next = libbpf.bpf_object__next_map(object, null);
    while (next != null) {
      String name = libbpf.bpf_map__name(next);
      if (!name.equals(own)) {
        share(new BpfMap(libbpf, name, next), other.map(name));
      }
      next = libbpf.bpf_object__next_map(object, next);
    }
  }

  private static void share(BpfMap map, BpfMap other) throws KernelException {
    if (other.fd() < 0) {
      map.leaveOut();
    } else {
      map.reuse(other);
    }
  }

  /** Returns a program of the object. */
  public BpfProgram program(String name) {
    return new BpfProgram(
        libbpf, log, found(libbpf.bpf_object__find_program_by_name(object, name), name));
  }

  private static Pointer found(Pointer pointer, String name) {
    if (pointer == null) {
      throw new IllegalArgumentException("The BPF object has no " + name + ".");
    }
    return pointer;
  }

  @Override
  public void close() {
    libbpf.bpf_object__close(object);
  }
}
