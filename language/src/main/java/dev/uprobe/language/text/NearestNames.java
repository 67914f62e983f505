package dev.uprobe.language.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Finds the names that a user may have meant. */
public final class NearestNames {
  private static final int SHORTEST_PART = 3;

  private record Ranked(String name, int distance) {}

  private NearestNames() {}

  /**
   * Returns candidates within a few typing mistakes of a name, ignoring case, followed by those
   * that contain it. The nearest come first; equally near ones are in alphabetical order.
   */
  public static List<String> nearest(String wanted, Collection<String> candidates, int limit) {
    String lowerWanted = wanted.toLowerCase(Locale.ROOT);
    // At least one letter must be right.
    int mistakes = Math.min(Math.max(1, (wanted.length() + 1) / 3), wanted.length() - 1);
    List<Ranked> near = new ArrayList<>();
    for (String candidate : candidates) {
      int distance = rank(lowerWanted, candidate.toLowerCase(Locale.ROOT), mistakes);
      if (distance != Integer.MAX_VALUE) {
        near.add(new Ranked(candidate, distance));
      }
    }
    return near.stream()
        .sorted(Comparator.comparingInt(Ranked::distance).thenComparing(Ranked::name))
        .map(Ranked::name)
        .distinct()
        .limit(limit)
        .toList();
  }

  /** Returns {@code ; did you mean "x"?} with the nearest name, or nothing if none is near. */
  public static String hint(String wanted, Collection<String> candidates) {
    return nearest(wanted, candidates, 1).stream()
        .findFirst()
        .map(name -> "; did you mean \"" + name + "\"?")
        .orElse("");
  }

  private static int rank(String wanted, String candidate, int mistakes) {
    int difference = candidate.length() - wanted.length();
    if (Math.abs(difference) <= mistakes) {
      int distance = distance(wanted, candidate, mistakes);
      if (distance <= mistakes) {
        return distance;
      }
    }
    boolean contained = wanted.length() >= SHORTEST_PART && candidate.contains(wanted);
    return contained ? mistakes + difference : Integer.MAX_VALUE;
  }

  /**
   * The Levenshtein distance with swapped neighbours as one mistake, or any greater number than
   * {@code most} as soon as it exceeds it.
   */
  private static int distance(String a, String b, int most) {
    int[] beforePrevious = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    int[] current = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] free = beforePrevious;
      beforePrevious = previous;
      previous = current;
      current = free;
      current[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
        if (i > 1 && j > 1 && isSwapped(a, i, b, j)) {
          current[j] = Math.min(current[j], 1 + beforePrevious[j - 2]);
        }
        least = Math.min(least, current[j]);
      }
      if (least > most) {
        return least;
      }
    }
    return current[b.length()];
  }

  private static boolean isSwapped(String a, int i, String b, int j) {
    return a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
