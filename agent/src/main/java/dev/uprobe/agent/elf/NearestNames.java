package dev.uprobe.agent.elf;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that look like a name that does not exist. */
public final class NearestNames {
  private NearestNames() {}

  /** Up to {@code limit} candidates, the nearest first. */
  public static List<String> nearest(String wanted, Collection<String> candidates, int limit) {
    int most = Math.max(1, wanted.length() / 3);
    return candidates.stream()
        .filter(name -> Math.abs(name.length() - wanted.length()) <= most)
        .filter(name -> distance(wanted, name) <= most)
        .sorted(
            Comparator.comparingInt((String name) -> distance(wanted, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(limit)
        .toList();
  }

  /** How many characters are to be added, removed or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
