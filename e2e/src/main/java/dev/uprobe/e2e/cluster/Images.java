package dev.uprobe.e2e.cluster;

import java.util.Map;

/**
 * The images under test, which the cluster's nodes can pull or already have.
 *
 * @param prefix what stands before their names, for example {@code localhost/}
 */
public record Images(String prefix, String tag) {

  /** Takes E2E_IMAGE_PREFIX and E2E_IMAGE_TAG, which e2e/kind/run.sh sets. */
  public static Images of(Map<String, String> environment) {
    return new Images(
        environment.getOrDefault("E2E_IMAGE_PREFIX", "localhost/"),
        environment.get("E2E_IMAGE_TAG"));
  }

  public String repository(String name) {
    return prefix + name;
  }

  public String targets() {
    return prefix + "uprobe-e2e-targets:" + tag;
  }
}
