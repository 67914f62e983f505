package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.sys.libbpf.BpfMap;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The calls of a probe that have not returned yet: struct call of bpf/calls.h. */
final class RunningCalls {
  private static final Path PROC = Path.of("/proc");

  /** Marks the runner of a call of Go, which is no thread. */
  private static final long GOROUTINE = 1L << Constants.RUNNER_GOROUTINE;

  private final BpfMap map;
  private final int most;

  /**
   * @param map whose keys are calls
   * @param most calls that it can hold
   */
  RunningCalls(BpfMap map, int most) {
    this.map = map;
    this.most = most;
  }

  /** Forgets the calls whose threads have ended within them, and returns how many there were. */
  int forgetEnded() throws KernelException {
    Map<Path, Boolean> ended = new HashMap<>();
    return forget(
        call -> ended.computeIfAbsent(runner(call), each -> Files.notExists(PROC.resolve(each))));
  }

  /** Forgets all calls, and returns how many there were. */
  int forgetAll() throws KernelException {
    return forget(call -> true);
  }

  private int forget(Predicate<ByteBuffer> isGone) throws KernelException {
    int forgotten = 0;
    for (ByteBuffer call : map.keys(Structs.Call.SIZEOF, most)) {
      // One that returns meanwhile is no longer there.
      if (isGone.test(call) && map.delete(call)) {
        forgotten++;
      }
    }
    return forgotten;
  }

  /** Returns who runs a call, below /proc: a thread; of Go, where threads change, the process. */
  private static Path runner(ByteBuffer call) {
    long runner = Structs.Call.runner(call, 0);
    if ((runner & GOROUTINE) != 0) {
      return Path.of(Long.toString(Structs.Call.place(call, 0) >>> 32));
    }
    return Path.of(Long.toString(runner >>> 32), "task", Integer.toString((int) runner));
  }
}
