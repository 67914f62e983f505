package dev.uprobe.agent.events.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the immediate caller of a function into the stacks that lack it.
 *
 * <p>A function's first instructions set up its frame. Before them, frame pointers lead to the
 * caller's caller. From 6.12, x86 kernels add the caller of functions that begin with {@code push
 * %rbp} or {@code endbr64}, and nothing says of a stack whether they did: of a recursive function,
 * stacks with and without the caller look alike. What another call of the same function has shown
 * decides then. Used by one thread.
 */
final class CallerFrameRepair {
  private final Map<Integer, Boolean> toldByKernel = new HashMap<>();

  /**
   * Completes the addresses of one stack.
   *
   * @param function the number of the function that was called
   * @param caller where it returns to; 0 where that is not known, or is no caller that could lack
   * @param framed what the frame pointer leads to: where the caller returns to; 0 where it leads
   *     nowhere
   */
  List<Long> complete(int function, List<Long> addresses, long caller, long framed) {
    if (caller == 0 || addresses.isEmpty()) {
      return addresses;
    }
    boolean second = addresses.size() > 1 && addresses.get(1) == caller;
    if (!second) {
      toldByKernel.put(function, false);
    } else if (caller != framed && addresses.size() > 2 && addresses.get(2) == framed) {
      toldByKernel.put(function, true);
    }
    // Where the frame pointer leads nowhere, only the kernel can have told.
    return second && (framed == 0 || toldByKernel.getOrDefault(function, true))
        ? addresses
        : withCaller(addresses, caller);
  }

  private static List<Long> withCaller(List<Long> addresses, long caller) {
    List<Long> all = new ArrayList<>(addresses);
    all.add(1, caller);
    return all;
  }
}
