package dev.uprobe.language.plan;

/** Where a function expects its arguments and leaves its return values. */
public enum Convention {
  /** The C calling convention of the platform, which C++ and Rust follow for what C can say. */
  C,

  /** Go's register convention (ABIInternal, from Go 1.17). */
  GO,

  /** A static probe has its arguments where a note in the file says. */
  USDT
}
