package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.functions.FunctionIndex;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.ProcessFiles;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.OpenedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the functions of mapped files, once for all processes and containers that have the same
 * file. The files used last are kept. Used by one thread.
 */
final class CodeFiles {
  /** All of Debian's python3, libc and libcrypto together take three megabytes. */
  private static final long MAX_BYTES = 24L << 20;

  /** Where programs of the host are found that have ended: in the agent's root, or the host's. */
  private static final List<String> HOST = List.of("self", "1");

  private final Libc libc;
  private final Path proc;
  private final long maxBytes;
  private final Map<Key, CodeFile> known = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Key(Fingerprint file, String name) {}

  CodeFiles(Libc libc, Path proc) {
    this(libc, proc, MAX_BYTES);
  }

  /**
   * @param maxBytes what the functions of all files may take, about; those of one file are kept
   *     whatever they take
   */
  CodeFiles(Libc libc, Path proc, long maxBytes) {
    this.libc = libc;
    this.proc = proc;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the file that a process has mapped.
   *
   * @param pids processes that have it mapped, or may find it by the same path; the file is taken
   *     only if it is the very one that was mapped
   */
  CodeFile of(Mapping mapping, List<Integer> pids) {
    if (!mapping.ofFile()) {
      return CodeFile.withoutFunctions(mapping);
    }
    return Stream.concat(pids.stream().map(each -> Integer.toString(each)), HOST.stream())
        .flatMap(process -> read(mapping, proc.resolve(process)).stream())
        .findFirst()
        .orElseGet(() -> CodeFile.withoutFunctions(mapping));
  }

  private Optional<CodeFile> read(Mapping mapping, Path process) {
    try (ProcessFiles files = ProcessFiles.open(libc, process)) {
      Optional<OpenedFile> opened = files.open(mapping);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      try (OpenedFile file = opened.get()) {
        Key key = new Key(Fingerprint.of(file.path()), CodeFile.name(mapping));
        CodeFile before = known.get(key);
        return Optional.of(before != null ? before : keep(key, functions(file, mapping, files)));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A file that is damaged, or no ELF file at all, has no functions. */
  private static FunctionIndex functions(OpenedFile file, Mapping mapping, ProcessFiles files) {
    try (ElfFile elf = ElfFile.open(file.path(), mapping.path());
        FunctionTable table = FunctionTable.of(elf, DebugFiles.of(files.root(), mapping.path()))) {
      return table.index();
    } catch (IOException e) {
      return FunctionIndex.empty();
    }
  }

  private CodeFile keep(Key key, FunctionIndex functions) {
    CodeFile file = new CodeFile(key.name(), functions);
    known.put(key, file);
    bytes += functions.bytes();
    Iterator<CodeFile> longestUnused = known.values().iterator();
    while (bytes > maxBytes && known.size() > 1) {
      CodeFile unused = longestUnused.next();
      bytes -= unused.functions().bytes();
      // Mappings still refer to it.
      unused.forget();
      longestUnused.remove();
    }
    return file;
  }
}
