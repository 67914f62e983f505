package dev.uprobe.agent.doctor;

import java.util.Optional;

/**
 * The outcome of one check.
 *
 * @param name of what was checked
 * @param found what was found, in a few words
 * @param remedy how to mend it; present unless the verdict is OK
 */
public record CheckResult(Verdict verdict, String name, String found, Optional<String> remedy) {

  public CheckResult {
    if (remedy.isPresent() == (verdict == Verdict.OK)) {
      throw new IllegalArgumentException(name + ": a remedy goes with what is not OK.");
    }
  }

  static CheckResult ok(String name, String found) {
    return new CheckResult(Verdict.OK, name, found, Optional.empty());
  }

  static CheckResult warn(String name, String found, String remedy) {
    return new CheckResult(Verdict.WARN, name, found, Optional.of(remedy));
  }

  static CheckResult fail(String name, String found, String remedy) {
    return new CheckResult(Verdict.FAIL, name, found, Optional.of(remedy));
  }

  /** What cannot be checked before another thing is mended. */
  static CheckResult notTried(String name, CheckResult obstacle) {
    return warn(name, "not tried", "Mend " + obstacle.name() + " first.");
  }

  boolean failed() {
    return verdict == Verdict.FAIL;
  }
}
