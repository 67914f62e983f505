package dev.uprobe.language.plan;

import java.util.List;

/** Conditions of which at least one must hold. */
public record Clause(List<Condition> anyOf) {

  public Clause {
    anyOf = List.copyOf(anyOf);
  }
}
