package dev.uprobe.agent.sys.libc;

/** Error numbers of Linux (asm-generic/errno.h), the same on x86-64 and arm64. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EIO = 5;

  /** A program that is too large for the verifier. */
  public static final int E2BIG = 7;

  /** An instruction that the kernel cannot decode. */
  public static final int ENOEXEC = 8;

  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int ENOTDIR = 20;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOSPC = 28;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EOPNOTSUPP = 95;

  /** The kernel's own number, known to no C library: an instruction that cannot be probed. */
  public static final int ENOTSUPP = 524;

  private Errno() {}

  /** Returns a few words for an error number. */
  public static String describe(int errno) {
    return switch (errno) {
      case ESRCH -> "no such process or type (ESRCH)";
      case EAGAIN -> "try again (EAGAIN)";
      case ENOMEM -> "out of memory (ENOMEM)";
      case EMFILE -> "too many open files (EMFILE)";
      case EPERM -> "not permitted (EPERM)";
      case ENOENT -> "no such file (ENOENT)";
      case EIO -> "input/output error (EIO)";
      case ENOEXEC -> "not an instruction that can be probed (ENOEXEC)";
      case EACCES -> "permission denied (EACCES)";
      case ENOTDIR -> "not a folder (ENOTDIR)";
      case EINVAL -> "invalid argument (EINVAL)";
      case ENOSPC -> "no room left (ENOSPC)";
      case ENOSYS -> "no such system call (ENOSYS)";
      case ELOOP -> "too many symbolic links (ELOOP)";
      case EOPNOTSUPP -> "not supported (EOPNOTSUPP)";
      case ENOTSUPP -> "not supported by the kernel (ENOTSUPP)";
      default -> "error " + errno;
    };
  }
}
