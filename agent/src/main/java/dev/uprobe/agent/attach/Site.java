package dev.uprobe.agent.attach;

import dev.uprobe.agent.usdt.UsdtPlace;
import java.util.List;
import java.util.Optional;

/**
 * A place to be probed: mostly a function.
 *
 * @param name how events name it
 * @param offset of the instruction in the file at which it is entered
 * @param returns how it is seen to return
 * @param go whether it is a function of Go, whose calls belong to goroutines and not to threads
 * @param repeats the jumps by which it begins once more, which is no call
 * @param usdt of a static probe: what it needs to fire, and to find its arguments
 */
public record Site(
    String name,
    long offset,
    Returns returns,
    boolean go,
    List<Exit> repeats,
    Optional<UsdtPlace> usdt) {

  public Site {
    repeats = List.copyOf(repeats);
  }

  /** A function that may be probed by a uretprobe. */
  public Site(String name, long offset) {
    this(name, offset, new Returns.Trampoline(), false);
  }

  /** A function. */
  public Site(String name, long offset, Returns returns, boolean go) {
    this(name, offset, returns, go, List.of());
  }

  /** A function that may begin once more. */
  public Site(String name, long offset, Returns returns, boolean go, List<Exit> repeats) {
    this(name, offset, returns, go, repeats, Optional.empty());
  }

  /** A static probe. */
  public Site(String name, long offset, UsdtPlace usdt) {
    this(name, offset, new Returns.Trampoline(), false, List.of(), Optional.of(usdt));
  }
}
