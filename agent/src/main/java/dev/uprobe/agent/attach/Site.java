package dev.uprobe.agent.attach;

/**
 * A place to be probed: mostly a function.
 *
 * @param name how events name it
 * @param offset of the instruction in the file at which it is entered
 * @param returns how it is seen to return
 * @param go whether it is a function of Go, whose calls belong to goroutines and not to threads
 */
public record Site(String name, long offset, Returns returns, boolean go) {

  /** A function that may be probed by a uretprobe. */
  public Site(String name, long offset) {
    this(name, offset, new Returns.Trampoline(), false);
  }
}
