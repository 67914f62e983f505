package dev.uprobe.agent.privilege;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The capability sets of a thread (capabilities(7)), one bit a capability.
 *
 * @param bounding what an execve of the thread can give it at most
 */
record CapabilitySets(
    long inheritable, long permitted, long effective, long bounding, long ambient) {
  private static final Pattern LINE =
      Pattern.compile("^Cap(Inh|Prm|Eff|Bnd|Amb):\\s*(\\p{XDigit}{1,16})$", Pattern.MULTILINE);

  /**
   * Reads the text of {@code /proc/PID/status} (proc(5)).
   *
   * @throws IllegalArgumentException if it names no effective set
   */
  static CapabilitySets ofStatus(String status) {
    long inheritable = 0;
    long permitted = 0;
    long effective = 0;
    long bounding = 0;
    long ambient = 0;
    boolean found = false;
    Matcher line = LINE.matcher(status);
    while (line.find()) {
      long bits = Long.parseUnsignedLong(line.group(2), 16);
      switch (line.group(1)) {
        case "Inh" -> inheritable = bits;
        case "Prm" -> permitted = bits;
        case "Eff" -> {
          effective = bits;
          found = true;
        }
        case "Bnd" -> bounding = bits;
        default -> ambient = bits;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("The status of a thread names no capabilities: " + status);
    }
    return new CapabilitySets(inheritable, permitted, effective, bounding, ambient);
  }

  boolean isEffective(Capability capability) {
    return has(effective, capability);
  }

  boolean isBounding(Capability capability) {
    return has(bounding, capability);
  }

  private static boolean has(long set, Capability capability) {
    return (set >>> capability.number() & 1) == 1;
  }
}
