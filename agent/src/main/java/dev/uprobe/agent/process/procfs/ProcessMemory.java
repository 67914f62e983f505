package dev.uprobe.agent.process.procfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The memory of a running process, which is only read. */
public final class ProcessMemory implements AutoCloseable {
  private final FileChannel memory;
  private final List<Mapping> executable;

  private ProcessMemory(FileChannel memory, List<Mapping> executable) {
    this.memory = memory;
    this.executable = executable;
  }

  /**
   * Opens the memory of a process.
   *
   * @throws IOException if the process has ended or may not be looked into
   */
  public static ProcessMemory open(Processes processes, int pid) throws IOException {
    List<Mapping> executable =
        processes.mappings(pid).stream().filter(Mapping::executable).toList();
    return new ProcessMemory(
        FileChannel.open(processes.folder(pid).resolve("mem"), StandardOpenOption.READ),
        executable);
  }

  /** The executable mappings, file by file in the order of their addresses. */
  public Map<FileIdentity, List<Mapping>> files() {
    return executable.stream()
        .filter(Mapping::ofFile)
        .collect(Collectors.groupingBy(Mapping::file, LinkedHashMap::new, Collectors.toList()));
  }

  public Optional<Mapping> executableAt(long address) {
    return executable.stream().filter(mapping -> mapping.contains(address)).findFirst();
  }

  /** The eight bytes at an address as a number; empty where nothing can be read. */
  public OptionalLong read(long address) {
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      return address >= 0 && memory.read(value, address) == Long.BYTES
          ? OptionalLong.of(value.getLong(0))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
