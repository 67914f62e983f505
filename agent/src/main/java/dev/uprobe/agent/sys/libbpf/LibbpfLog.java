package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Libc;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** Keeps what libbpf and the verifier say, for the exception of the call that failed. */
public final class LibbpfLog {
  /** A verifier's log may take megabytes; its end names the error. */
  private static final int KEPT = 256 * 1024;

  private static final int LINE_LIMIT = 64 * 1024;
  private static final int LEVEL_DEBUG = 2;

  private final Libc libc;
  private final ThreadLocal<StringBuilder> kept = ThreadLocal.withInitial(StringBuilder::new);

  /** libbpf holds it by its address alone: this field keeps it from being collected. */
  private final Libbpf.Printer printer = this::print;

  private LibbpfLog(Libc libc) {
    this.libc = libc;
  }

  /** Takes over libbpf's messages, which would go to stderr. */
  public static LibbpfLog install(Libbpf libbpf, Libc libc) {
    LibbpfLog log = new LibbpfLog(libc);
    libbpf.libbpf_set_print(log.printer);
    return log;
  }

  /** Forgets what this thread's calls have said so far. */
  void clear() {
    kept.get().setLength(0);
  }

  /** Returns what this thread's calls have said since {@link #clear}. */
  String text() {
    return kept.get().toString().strip();
  }

  private int print(int level, Pointer format, Pointer arguments) {
    if (level >= LEVEL_DEBUG) {
      return 0;
    }
    Pointer buffer = Memory.allocateDirect(libc.runtime(), LINE_LIMIT);
    int length = libc.vsnprintf(buffer, LINE_LIMIT, format, arguments);
    StringBuilder text = kept.get();
    text.append(buffer.getString(0, LINE_LIMIT, java.nio.charset.StandardCharsets.UTF_8));
    if (text.length() > KEPT) {
      text.delete(0, text.length() - KEPT);
    }
    return length;
  }
}
