package dev.uprobe.kernels;

import java.io.IOException;
import java.util.Optional;

/**
 * One thing that must be right on every kernel.
 *
 * @param name as the matrix has it
 * @param suite of kernels/guest that brings what is checked
 */
record Check(String name, String suite, Body body) {

  /** Compares events with the truth. */
  @FunctionalInterface
  interface Body {
    /**
     * Looks at a guest's results.
     *
     * @return what was seen, in a few words
     * @throws WrongException when it is not what the programs did
     */
    String of(Guest guest) throws IOException, WrongException;
  }

  /** How a check went. */
  enum Verdict {
    RIGHT("yes"),
    WRONG("**no**"),
    NOT_RUN("–");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * What came of a check.
   *
   * @param suite where it was made; empty where it was not
   * @param note what was seen, or what is wrong
   */
  record Outcome(Verdict verdict, String suite, String note) {
    static final Outcome NOT_RUN = new Outcome(Verdict.NOT_RUN, "", "");
  }

  /** Makes the check on what the suite left behind; empty where it was not run. */
  Outcome on(Optional<Guest> results) throws IOException {
    if (results.isEmpty()) {
      return Outcome.NOT_RUN;
    }
    Guest guest = results.get();
    try {
      return new Outcome(Verdict.RIGHT, guest.suite(), body.of(guest));
    } catch (NotBuiltException e) {
      return Outcome.NOT_RUN;
    } catch (WrongException e) {
      return new Outcome(Verdict.WRONG, guest.suite(), e.getMessage());
    }
  }

  /** What the agent showed is not what the program did. */
  static class WrongException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongException(String message) {
      super(message);
    }
  }

  /** The traced program could not be built for the guest's architecture. */
  static final class NotBuiltException extends WrongException {
    private static final long serialVersionUID = 1L;

    NotBuiltException(String message) {
      super(message);
    }
  }

  /** Demands that something holds. */
  static void need(boolean holds, String what) throws WrongException {
    if (!holds) {
      throw new WrongException(what);
    }
  }
}
