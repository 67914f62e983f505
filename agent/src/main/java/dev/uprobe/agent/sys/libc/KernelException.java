package dev.uprobe.agent.sys.libc;

/** The kernel, or a library that speaks to it, refused something. */
public class KernelException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String details;

  /**
   * Creates it.
   *
   * @param message one sentence that names the thing and says what to do
   * @param errno the positive error number, or 0 where there is none
   * @param details the words of the library or of the verifier; may be empty
   */
  public KernelException(String message, int errno, String details) {
    super(message);
    this.errno = errno;
    this.details = details;
  }

  public int errno() {
    return errno;
  }

  /** Returns what the library or the verifier said, for a reader who asks for it. */
  public String details() {
    return details;
  }
}
