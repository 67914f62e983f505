package dev.uprobe.agent.doctor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first two numbers of a kernel's or a library's version. */
record Version(int major, int minor) {
  private static final Pattern NUMBERS = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

  /** Reads {@code 6.1.0-18-amd64} or {@code v1.1}; empty where the text is no version. */
  static Optional<Version> parse(String text) {
    Matcher matcher = NUMBERS.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
  }

  boolean isAtLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || major == wantedMajor && minor >= wantedMinor;
  }
}
