package dev.uprobe.agent.sys.libc;

/** Something of the kernel's that is given back by {@link #close}, which never fails. */
public interface Handle extends AutoCloseable {
  @Override
  void close();
}
