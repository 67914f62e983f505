package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.usdt.UsdtSite;
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
public record ProbeSite(
    String name,
    long offset,
    ReturnMode returns,
    boolean go,
    List<Exit> repeats,
    Optional<UsdtSite> usdt) {

  public ProbeSite {
    repeats = List.copyOf(repeats);
  }

  /** A function that may be probed by a uretprobe. */
  public ProbeSite(String name, long offset) {
    this(name, offset, new ReturnMode.Trampoline(), false);
  }

  /** A function. */
  public ProbeSite(String name, long offset, ReturnMode returns, boolean go) {
    this(name, offset, returns, go, List.of());
  }

  /** A function that may begin once more. */
  public ProbeSite(String name, long offset, ReturnMode returns, boolean go, List<Exit> repeats) {
    this(name, offset, returns, go, repeats, Optional.empty());
  }

  /** A static probe. */
  public ProbeSite(String name, long offset, UsdtSite usdt) {
    this(name, offset, new ReturnMode.Trampoline(), false, List.of(), Optional.of(usdt));
  }
}
