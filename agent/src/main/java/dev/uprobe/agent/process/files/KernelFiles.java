package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.MappedMemory;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells by which numbers the kernel itself knows a file.
 *
 * <p>They may differ from what stat(2) says (btrfs, overlay); what a mapping shows in /proc is the
 * kernel's own word.
 */
record KernelFiles(Libc libc, Processes processes) {

  /**
   * Returns the identity of a file.
   *
   * @param path opens the file
   * @param name what messages call it
   */
  FileIdentity of(Path path, String name) throws IOException {
    try (MappedMemory mapped = MappedMemory.ofFile(libc, path)) {
      long address = mapped.memory().address();
      return processes.mappings((int) ProcessHandle.current().pid()).stream()
          .filter(each -> each.contains(address))
          .findFirst()
          .map(Mapping::file)
          .orElseThrow(() -> new TargetException("/proc/self/maps does not show " + name));
    } catch (KernelException e) {
      throw new TargetException(name + " cannot be mapped: " + Sentence.reason(e));
    }
  }
}
