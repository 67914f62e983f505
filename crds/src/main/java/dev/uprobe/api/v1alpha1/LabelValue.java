package dev.uprobe.api.v1alpha1;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of traces and nodes as the values of labels. */
public final class LabelValue {
  /** Kubernetes' limit for the value of a label; names may have 253 characters. */
  private static final int MAX_LENGTH = 63;

  private static final int HASH_LENGTH = 10;

  private LabelValue() {}

  /** Returns the name. If it is too long for a label, returns its beginning and a hash. */
  public static String of(String name) {
    return name.length() <= MAX_LENGTH
        ? name
        : name.substring(0, MAX_LENGTH - HASH_LENGTH - 1) + "-" + hash(name);
  }

  /** Returns ten hexadecimal digits that identify a name. */
  public static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
