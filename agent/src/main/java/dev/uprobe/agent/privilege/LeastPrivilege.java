package dev.uprobe.agent.privilege;

import dev.uprobe.agent.process.watch.MappingWatch;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.language.text.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.slf4j.LoggerFactory;

/**
 * Gives up, for good, the capabilities that this kernel does not ask of an agent.
 *
 * <p>Kernels without uprobe_multi (before 6.6) may attach uprobes only with CAP_SYS_ADMIN. Which
 * kernel a node runs is known only there, so the container gets it everywhere.
 *
 * <p>Capabilities belong to threads, and a JVM has many before it runs any of our code. So the
 * thread takes them out of its bounding set and executes the program again: the new process has
 * them in no thread and can never get them back (capabilities(7), "Transformation of capabilities
 * during execve()").
 */
public final class LeastPrivilege {
  private static final Path STATUS = Path.of("/proc/thread-self/status");

  private static final int PR_CAPBSET_DROP = 24;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int STANDARD_ERROR = 2;
  private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

  private final BpfEnvironment environment;
  private final Libc libc;

  public LeastPrivilege(BpfEnvironment environment) {
    this.environment = environment;
    this.libc = environment.libc();
  }

  /**
   * Gives up what this process has and does not need. Where it has any of that, this does not
   * return: the program starts once more from its beginning, without.
   *
   * @throws KernelException when it would go on with more than it needs
   */
  public void take() throws KernelException {
    CapabilitySets held = held();
    Optional<String> need =
        held.isEffective(Capability.SYS_ADMIN) ? needOfSysAdmin(held) : Optional.empty();
    SpareCapabilities spare = SpareCapabilities.of(held, need.isPresent());
    if (!spare.obstacle().isEmpty()) {
      throw new KernelException(
          "The agent does not run with capabilities that it does not need, and cannot give them"
              + " up: "
              + spare.obstacle()
              + ".",
          0,
          "");
    }
    if (!spare.dropped().isEmpty()) {
      drop(held, spare.dropped());
      execute();
    }
    if (need.isPresent()) {
      // Not a field: most processes that get here are about to be replaced, and log nothing.
      LoggerFactory.getLogger(LeastPrivilege.class)
          .info("The agent keeps CAP_SYS_ADMIN: {}", need.get());
    }
  }

  /** Tries to do without, as this thread will be once it has none; empty where that works. */
  private Optional<String> needOfSysAdmin(CapabilitySets held) throws KernelException {
    long without = held.effective() & ~Capability.bits(List.of(Capability.SYS_ADMIN));
    set(without, held.permitted(), held.inheritable());
    try {
      if (!KernelFeatures.hasUprobeMulti(libc, environment.bpf())) {
        return Optional.of("this kernel attaches uprobes only with it.");
      }
      return canWatchMappings()
          ? Optional.empty()
          : Optional.of(
              "with this kernel.perf_event_paranoid, the kernel reports new programs only with it."
                  + " Set `sysctl kernel.perf_event_paranoid=2` on the node, and the agent gives it"
                  + " up.");
    } finally {
      set(held.effective(), held.permitted(), held.inheritable());
    }
  }

  /** Debian's kernels at perf_event_paranoid of 3, which they set, let nobody else. */
  private boolean canWatchMappings() {
    HandleStack handles = new HandleStack();
    try {
      Poller poller = handles.push(new Poller(libc, environment.architecture()));
      handles.push(
          new MappingWatch(libc, environment.architecture(), poller, mapping -> {}, () -> {}));
      return true;
    } catch (KernelException e) {
      return false;
    } finally {
      handles.close();
    }
  }

  private void drop(CapabilitySets held, List<Capability> dropped) throws KernelException {
    // Last of them SETPCAP, which the calls need.
    for (Capability each : dropped) {
      check(
          libc.prctl(PR_CAPBSET_DROP, each.number(), 0, 0, 0),
          "take " + each + " out of its bounds");
    }
    long kept = ~Capability.bits(dropped);
    set(held.effective() & kept, held.permitted() & kept, held.inheritable() & kept);
  }

  /** What leaves the inheritable set leaves the ambient one too. */
  private void set(long effective, long permitted, long inheritable) throws KernelException {
    Pointer header = Memory.allocateDirect(libc.runtime(), 8, true);
    header.putInt(0, LINUX_CAPABILITY_VERSION_3);
    Pointer data = Memory.allocateDirect(libc.runtime(), 24, true);
    for (int half = 0; half < 2; half++) {
      int shift = half * Integer.SIZE;
      data.putInt(half * 12L, (int) (effective >>> shift));
      data.putInt(half * 12L + 4, (int) (permitted >>> shift));
      data.putInt(half * 12L + 8, (int) (inheritable >>> shift));
    }
    check(libc.capset(header, data), "change its capabilities");
  }

  private void execute() throws KernelException {
    try {
      // By its own path: a process is named after the file that it executes.
      String program = Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
      Strings arguments = strings(Files.readAllBytes(Path.of("/proc/self/cmdline")));
      Strings environment = strings(Files.readAllBytes(Path.of("/proc/self/environ")));
      closeOnExecute();
      int errno;
      try {
        libc.execve(program, arguments.pointers(), environment.pointers());
        errno = LastError.getLastError(libc.runtime());
      } finally {
        Reference.reachabilityFence(List.of(arguments, environment));
      }
      throw new KernelException(
          "The agent cannot execute " + program + " again: " + Errno.describe(errno) + ".",
          errno,
          "");
    } catch (IOException e) {
      throw new KernelException(
          "The agent cannot execute its program again: " + Sentence.reason(e) + ".", 0, "");
    }
  }

  /** The JVM leaves its files open for whatever it becomes. */
  private void closeOnExecute() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      files
          .mapToInt(each -> Integer.parseInt(each.getFileName().toString()))
          .filter(fd -> fd > STANDARD_ERROR)
          .forEach(fd -> libc.fcntl(fd, F_SETFD, FD_CLOEXEC));
    }
  }

  /** Strings as execve(2) takes them, and the memory that the pointers lead to. */
  private record Strings(Pointer pointers, List<Pointer> texts) {}

  /**
   * @param text each string ends with a zero byte, as in proc(5)
   */
  private Strings strings(byte[] text) {
    List<Pointer> texts = new ArrayList<>();
    ByteArrayOutputStream current = new ByteArrayOutputStream();
    for (byte each : text) {
      current.write(each);
      if (each == 0) {
        byte[] bytes = current.toByteArray();
        Pointer memory = Memory.allocateDirect(libc.runtime(), bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        texts.add(memory);
        current.reset();
      }
    }
    Pointer pointers = Memory.allocateDirect(libc.runtime(), (texts.size() + 1) * Long.BYTES, true);
    for (int i = 0; i < texts.size(); i++) {
      pointers.putAddress((long) i * Long.BYTES, texts.get(i).address());
    }
    return new Strings(pointers, texts);
  }

  private void check(int result, String action) throws KernelException {
    if (result != 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(
          "The agent cannot " + action + ": " + Errno.describe(errno) + ".", errno, "");
    }
  }

  private static CapabilitySets held() throws KernelException {
    try {
      return CapabilitySets.ofStatus(Files.readString(STATUS));
    } catch (IOException e) {
      throw new KernelException("Cannot read " + STATUS + ": " + Sentence.reason(e) + ".", 0, "");
    }
  }
}
