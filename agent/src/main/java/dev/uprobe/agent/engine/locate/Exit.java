package dev.uprobe.agent.engine.locate;

import java.util.Optional;

/**
 * An instruction by which a function is left, or begins once more.
 *
 * @param offset where it is in the file
 * @param isShared whether other functions run it as well
 * @param jump what it is if it is no return instruction
 */
public record Exit(long offset, boolean isShared, Optional<Jump> jump) {

  /** A return instruction. */
  public Exit(long offset, boolean isShared) {
    this(offset, isShared, Optional.empty());
  }

  /** Returns whether it is a jump out of all code that is known. */
  public boolean mayHide() {
    return jump.isPresent() && jump.get().within().filter(each -> !each.isOwn()).isEmpty();
  }
}
