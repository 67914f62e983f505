package dev.uprobe.agent.engine.program;

import dev.uprobe.api.v1alpha1.ProbeType;
import java.util.List;
import java.util.function.Function;

/** The programs of uprobe.bpf.c. */
public enum ProbeProgram {
  ENTRY("uprobe_entry", false, LinkSites::entries),
  ENTRY_KEPT("uprobe_entry_kept", false, LinkSites::keptEntries),
  RETURN("uprobe_return", true, LinkSites::returns),
  EXIT("uprobe_exit", true, LinkSites::exits),
  CALL_ENTRY("uprobe_call", false, LinkSites::entries),
  CALL_RETURN("uprobe_call_return", true, LinkSites::returns),
  CALL_EXIT("uprobe_call_exit", true, LinkSites::exits),
  REPEAT("uprobe_repeat", false, LinkSites::repeats);

  private final String symbol;
  private final boolean atReturn;
  private final Function<LinkSites, List<LinkTarget>> sites;

  ProbeProgram(String symbol, boolean atReturn, Function<LinkSites, List<LinkTarget>> sites) {
    this.symbol = symbol;
    this.atReturn = atReturn;
    this.sites = sites;
  }

  /**
   * Returns the programs that a type of probe needs, in the order in which they are attached: a
   * call's return first, so that every entry seen finds its return.
   */
  public static List<ProbeProgram> of(ProbeType type) {
    return switch (type) {
      case ENTRY -> List.of(REPEAT, ENTRY_KEPT, ENTRY);
      case RETURN -> List.of(REPEAT, ENTRY_KEPT, EXIT, RETURN);
      case CALL -> List.of(CALL_RETURN, CALL_EXIT, REPEAT, CALL_ENTRY);
    };
  }

  /** Returns the program's name in the object. */
  public String symbol() {
    return symbol;
  }

  /** Returns whether it sees a function end, and is detached before the others. */
  public boolean atReturn() {
    return atReturn;
  }

  /** Tells whether it also belongs where the kernel sees the return by a uretprobe. */
  public boolean atTrampoline() {
    return this == RETURN || this == CALL_RETURN;
  }

  /** Returns the instructions that it is attached to. */
  public List<LinkTarget> sites(LinkSites all) {
    return sites.apply(all);
  }
}
