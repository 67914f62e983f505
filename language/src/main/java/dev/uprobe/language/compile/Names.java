package dev.uprobe.language.compile;

import java.util.regex.Pattern;

/** Validates names. */
final class Names {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  static final String LABEL_RULE =
      "a name has at most 63 lower-case letters, digits and \"-\","
          + " and begins and ends with a letter or digit";
  static final String SUBDOMAIN_RULE =
      "a name has at most 253 lower-case letters, digits, \"-\" and \".\","
          + " and each part of it begins and ends with a letter or digit";
  static final String IDENTIFIER_RULE =
      "a name has at most 63 letters, digits and \"_\", and does not begin with a digit";

  private Names() {}

  /** Returns whether a name is a DNS label (RFC 1123), as most names in Kubernetes are. */
  static boolean isLabel(String name) {
    return name.length() <= 63 && LABEL.matcher(name).matches();
  }

  /** Returns whether a name is a DNS subdomain (RFC 1123), as names of custom resources are. */
  static boolean isSubdomain(String name) {
    return name.length() <= 253 && SUBDOMAIN.matcher(name).matches();
  }

  static boolean isIdentifier(String name) {
    return name.length() <= 63 && IDENTIFIER.matcher(name).matches();
  }
}
