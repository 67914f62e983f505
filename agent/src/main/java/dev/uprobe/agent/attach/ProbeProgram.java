package dev.uprobe.agent.attach;

import dev.uprobe.plan.ProbeType;
import java.util.List;

/** The programs of uprobe.bpf.c. */
enum ProbeProgram {
  ENTRY("on_entry", false),
  RETURN("on_return", true),
  CALL_ENTRY("on_call", false),
  CALL_RETURN("on_call_return", true);

  private final String symbol;
  private final boolean atReturn;

  ProbeProgram(String symbol, boolean atReturn) {
    this.symbol = symbol;
    this.atReturn = atReturn;
  }

  /**
   * Returns the programs that a type of probe needs, in the order in which they are attached: a
   * call's return first, so that every entry seen finds its return.
   */
  static List<ProbeProgram> of(ProbeType type) {
    return switch (type) {
      case ENTRY -> List.of(ENTRY);
      case RETURN -> List.of(RETURN);
      case CALL -> List.of(CALL_RETURN, CALL_ENTRY);
    };
  }

  /** Returns the program's name in the object. */
  String symbol() {
    return symbol;
  }

  /** Tells whether it belongs at a function's return, not at its entry. */
  boolean atReturn() {
    return atReturn;
  }
}
