package dev.uprobe.agent.sys.libc;

import java.util.ArrayDeque;
import java.util.Deque;

/** Handles that are opened one after the other, and closed in reverse order. */
public final class HandleStack implements Handle {
  private final Deque<Handle> handles = new ArrayDeque<>();

  /** Takes over a handle, and returns it. */
  public <T extends Handle> T push(T handle) {
    handles.push(handle);
    return handle;
  }

  @Override
  public void close() {
    while (!handles.isEmpty()) {
      handles.pop().close();
    }
  }
}
