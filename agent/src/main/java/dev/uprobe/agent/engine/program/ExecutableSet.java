package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfKeySet;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The executables whose processes the programs of a trace report. Used by one thread. */
public final class ExecutableSet implements Handle {
  /** How many versions of a program may run at once. */
  public static final int MAX_FILES = 256;

  private final BpfKeySet keys;
  private final Set<FileIdentity> selected = new HashSet<>();

  /** Creates an empty set, by which no process is reported. */
  public ExecutableSet(BpfEnvironment environment) throws KernelException {
    this.keys = new BpfKeySet(environment, "uprobe_exes", Structs.Executable.SIZEOF, MAX_FILES);
  }

  /**
   * Selects exactly these; those that are no more first, for there is little room.
   *
   * @param wanted as the kernel knows them; up to {@link #MAX_FILES}
   */
  public void select(Set<FileIdentity> wanted) throws KernelException {
    for (FileIdentity each : List.copyOf(selected)) {
      if (!wanted.contains(each)) {
        keys.remove(key(each));
        selected.remove(each);
      }
    }
    for (FileIdentity each : wanted) {
      if (!selected.contains(each)) {
        keys.add(key(each));
        selected.add(each);
      }
    }
  }

  static byte[] key(FileIdentity file) {
    ByteBuffer key = ByteBuffer.allocate(Structs.Executable.SIZEOF).order(ByteOrder.LITTLE_ENDIAN);
    Structs.Executable.inode(key, 0, file.inode());
    Structs.Executable.device(key, 0, file.kernelDevice());
    return key.array();
  }

  BpfKeySet keys() {
    return keys;
  }

  @Override
  public void close() {
    keys.close();
  }
}
