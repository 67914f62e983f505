package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Attaches probes to what processes map after the start, and tries again what could not be decided.
 *
 * <p>All of it happens on one thread of its own.
 */
final class LateAttaching {
  /** An ifunc is chosen soon after its file is mapped, when the dynamic linker relocates it. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(2);

  private static final Duration LAST_RETRY = Duration.ofSeconds(4);

  private final List<HostTrace> traces;
  private final Diagnostics notices;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "attach"));

  /** Creates it for traces that may still be added until the first call. */
  LateAttaching(List<HostTrace> traces, Diagnostics notices) {
    this.traces = traces;
    this.notices = notices;
  }

  /** Attaches the probes that a newly mapped file concerns. */
  void follow(NewMapping mapping) {
    schedule(
        Duration.ZERO,
        () -> {
          for (HostTrace trace : traces) {
            refreshExecutables(trace);
            for (HostProbe probe : trace.concernedBy(mapping)) {
              attach(probe, probe.target().narrowedTo(mapping.pid()), FIRST_RETRY);
            }
          }
        });
  }

  /** Looks at all processes: some mappings were not told. */
  void rescan() {
    schedule(
        Duration.ZERO,
        () -> {
          for (HostTrace trace : traces) {
            trace.probes().forEach(each -> attach(each, each.target(), FIRST_RETRY));
          }
        });
  }

  /** Attaches to the files of a process of which a thread has got a name that is traced. */
  void renamed(int pid) {
    schedule(
        Duration.ZERO,
        () -> {
          for (HostTrace trace : traces) {
            Optional<Integer> only = trace.plan().host().pid().stream().boxed().findFirst();
            if (trace.plan().host().comm().isPresent()
                && only.filter(each -> each != pid).isEmpty()) {
              trace
                  .probes()
                  .forEach(
                      each ->
                          attach(each, each.target().narrowedTo(pid).withoutComm(), FIRST_RETRY));
            }
          }
        });
  }

  /** Attaches to what paths lead to now. */
  void pathsChanged() {
    schedule(
        Duration.ZERO,
        () -> {
          traces.forEach(this::refreshExecutables);
          for (HostTrace trace : traces) {
            List<HostProbe> named =
                trace.probes().stream().filter(each -> each.path().isPresent()).toList();
            named.forEach(HostProbe::attachNewest);
            named.forEach(each -> attach(each, each.target(), FIRST_RETRY));
          }
        });
  }

  /** Selects new versions of executables, attaches to them, and lets go of old ones. */
  void refreshExecutables() {
    schedule(Duration.ZERO, () -> traces.forEach(this::refreshExecutables));
  }

  private void refreshExecutables(HostTrace trace) {
    try {
      if (trace.refreshExecutables()) {
        trace.probes().forEach(HostProbe::attachNewest);
        trace.probes().forEach(each -> attach(each, each.target(), FIRST_RETRY));
      }
    } catch (IOException e) {
      // The path leads nowhere for now; what appears there is noticed.
      return;
    } catch (KernelException e) {
      notices.tell(e.getMessage());
    }
  }

  /** Attaches probes anew to files whose content has changed. */
  void filesChanged() {
    schedule(
        Duration.ZERO,
        () -> {
          for (HostTrace trace : traces) {
            for (HostProbe probe : trace.probes()) {
              if (probe.forgetChangedFiles()) {
                attach(probe, probe.target(), FIRST_RETRY);
              }
            }
          }
        });
  }

  /** Tries a probe again that was undecided. */
  void retry(HostProbe probe) {
    schedule(FIRST_RETRY, () -> attach(probe, probe.target(), FIRST_RETRY.multipliedBy(2)));
  }

  private void attach(HostProbe probe, HostTarget which, Duration wait) {
    if (probe.attachLater(which)) {
      Duration next = wait.compareTo(LAST_RETRY) < 0 ? wait.multipliedBy(2) : LAST_RETRY;
      schedule(wait, () -> attach(probe, which, next));
    }
  }

  /** Does something on the thread that attaches, after a while. */
  void schedule(Duration wait, Runnable work) {
    try {
      thread.schedule(() -> guarded(work), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The session ends, and with it the need to attach.
      return;
    }
  }

  /** An exception of a scheduled task would vanish. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      notices.tell("Internal error while attaching: " + e + ".");
    }
  }

  /** Ends the thread; what is under way is finished first. */
  void stop() throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(1, TimeUnit.MINUTES);
  }
}
