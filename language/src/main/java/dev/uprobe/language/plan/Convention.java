package dev.uprobe.language.plan;

/** The calling convention: where a function expects its arguments and leaves its return values. */
public enum Convention {
  /** The platform's C calling convention, which C++ and Rust also use for types that exist in C. */
  C,

  /** Go's register convention (ABIInternal, from Go 1.17). */
  GO,

  /** For a static probe, a note in the file says where its arguments are. */
  USDT
}
