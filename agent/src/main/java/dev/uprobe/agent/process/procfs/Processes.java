package dev.uprobe.agent.process.procfs;

import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of a host, as {@code /proc} shows them. A process that ends while it is looked at,
 * or that may not be looked at, is one that says nothing.
 */
public final class Processes {
  /** The kernel's own limit of process numbers on 64-bit hosts. */
  private static final int MAX_PROCESSES = 1 << 22;

  private static final int MAX_COMM = 64;
  private static final int MAX_THREADS = 16_384;

  private final Path proc;

  /**
   * @param proc where the proc file system is mounted
   */
  public Processes(Path proc) {
    this.proc = proc;
  }

  /** Process numbers in rising order. */
  public List<Integer> pids() throws IOException {
    List<Integer> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.matches("\\d{1,7}") && pids.size() < MAX_PROCESSES) {
          pids.add(Integer.valueOf(name));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    pids.sort(null);
    return pids;
  }

  /**
   * Those of the given processes that every part of the filter accepts.
   *
   * @param executables the names that stand for the filter's binary
   */
  public List<Integer> matching(
      HostFilter filter, Set<String> executables, Collection<Integer> among) {
    return among.stream()
        .filter(pid -> filter.pid().isEmpty() || filter.pid().getAsInt() == pid)
        .filter(this::exists)
        .filter(pid -> filter.comm().isEmpty() || hasThread(pid, filter.comm().get()))
        .filter(
            pid ->
                filter.binary().isEmpty()
                    || executable(pid).filter(executables::contains).isPresent())
        .toList();
  }

  /** Whether some thread of the process has a name; of very many threads, one of the first. */
  private boolean hasThread(int pid, String comm) {
    if (comm(pid).equals(Optional.of(comm))) {
      return true;
    }
    int looked = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(folder(pid).resolve("task"), "[1-9]*")) {
      for (Path each : threads) {
        if (comm(each).equals(Optional.of(comm))) {
          return true;
        }
        looked++;
        if (looked == MAX_THREADS) {
          return false;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The process has ended.
      return false;
    }
    return false;
  }

  /** The name of the process's main thread, 15 bytes at most. */
  public Optional<String> comm(int pid) {
    return comm(folder(pid));
  }

  private static Optional<String> comm(Path folder) {
    try (InputStream in = Files.newInputStream(folder.resolve("comm"))) {
      String text = new String(in.readNBytes(MAX_COMM), StandardCharsets.UTF_8);
      return Optional.of(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The path of the executable in the process's own file system; kernel threads have none. */
  public Optional<String> executable(int pid) {
    return executable(folder(pid));
  }

  public static Optional<String> executable(Path process) {
    try {
      String shown = Files.readSymbolicLink(process.resolve("exe")).toString();
      return Optional.of(ShownPath.of(shown).path());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the process has in its memory. */
  public List<Mapping> mappings(int pid) {
    return mappings(folder(pid));
  }

  public static List<Mapping> mappings(Path process) {
    try (InputStream in = Files.newInputStream(process.resolve("maps"))) {
      return ProcMaps.read(in);
    } catch (IOException e) {
      return List.of();
    }
  }

  public boolean exists(int pid) {
    return Files.exists(folder(pid));
  }

  /** The process's folder under {@code /proc}. */
  public Path folder(int pid) {
    return proc.resolve(Integer.toString(pid));
  }
}
