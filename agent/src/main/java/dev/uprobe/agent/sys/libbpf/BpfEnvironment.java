package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;

/** The libraries through which this process reaches the kernel. */
public record BpfEnvironment(
    Libc libc, Libbpf libbpf, LibbpfLog log, Architecture architecture, BpfSystemCall bpf) {

  /**
   * Loads the libraries, and takes over libbpf's messages.
   *
   * @throws KernelException when this host has no libbpf, or an architecture that is not supported
   */
  public static BpfEnvironment load() throws KernelException {
    Architecture architecture =
        Architecture.ofThisHost()
            .orElseThrow(
                () ->
                    new KernelException(
                        "Probes work on x86_64 and aarch64, and this host is "
                            + System.getProperty("os.arch")
                            + ".",
                        0,
                        ""));
    Libc libc = loadLibc();
    Libbpf libbpf = loadLibbpf();
    LibbpfLog log = LibbpfLog.install(libbpf, libc);
    UserMemoryHelpers.register();
    return new BpfEnvironment(
        libc, libbpf, log, architecture, new BpfSystemCall(libc, architecture));
  }

  private static Libc loadLibc() throws KernelException {
    try {
      return Libc.load();
    } catch (UnsatisfiedLinkError e) {
      throw new KernelException(
          "Java cannot call native code here: jffi unpacks its library into "
              + System.getProperty("java.io.tmpdir")
              + ", which must be writable and not mounted noexec.",
          0,
          e.getMessage());
    }
  }

  private static Libbpf loadLibbpf() throws KernelException {
    try {
      return Libbpf.load();
    } catch (UnsatisfiedLinkError e) {
      throw new KernelException(
          "The library libbpf.so.1 is missing on this host; install it (Debian: apt-get install"
              + " libbpf1; Fedora: dnf install libbpf).",
          0,
          e.getMessage());
    }
  }

  /** Asks the kernel what it can do. */
  public KernelFeatures features() {
    return KernelFeatures.probe(libbpf, libc, bpf);
  }
}
