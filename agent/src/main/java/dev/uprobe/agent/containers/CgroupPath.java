package dev.uprobe.agent.containers;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells from {@code /proc/PID/cgroup} (cgroups(7)) in which container of a pod a process is.
 *
 * <p>The kubelet names the pod's cgroup (pkg/kubelet/cm/cgroup_manager_linux.go), the container
 * runtime the one below it: containerd, CRI-O and cri-dockerd, with the systemd and the cgroupfs
 * driver. Paths are relative to the cgroup namespace of the reader, so what is above the pod may be
 * missing. A process of the reader's own pod may have no name of a pod left, and then belongs to no
 * container.
 */
public final class CgroupPath {
  private static final String UID =
      "([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})";

  /** {@code pod<uid>}, or {@code kubelet-kubepods-burstable-pod<uid>.slice}. */
  private static final Pattern POD =
      Pattern.compile(
          "pod" + UID + "|(?:[^/]+-)?kubepods(?:-burstable|-besteffort)?-pod" + UID + "\\.slice");

  /** {@code <id>}, {@code crio-<id>} or {@code cri-containerd-<id>.scope}; no crio-conmon. */
  private static final Pattern CONTAINER =
      Pattern.compile("(?:(?:cri-containerd|crio|docker)-)?([0-9a-f]{64})(?:\\.scope)?");

  /** A colon parts them where the runtime and the kubelet disagree about the driver. */
  private static final Pattern SEPARATOR = Pattern.compile("[/:]");

  private CgroupPath() {}

  /**
   * Finds the container.
   *
   * @param text of the file: one line for version 2 of cgroups, one for each hierarchy of version
   *     1, or both
   */
  public static Optional<ContainerId> parse(String text) {
    return text.lines().map(CgroupPath::ofLine).flatMap(Optional::stream).findFirst();
  }

  /** Such as {@code 4:memory:/kubepods/pod...} or {@code 0::/kubepods.slice/...}. */
  private static Optional<ContainerId> ofLine(String line) {
    String[] fields = line.split(":", 3);
    return fields.length == 3 ? ofPath(fields[2]) : Optional.empty();
  }

  /** What is further down was made in the container, which may give it any name. */
  private static Optional<ContainerId> ofPath(String path) {
    Optional<String> pod = Optional.empty();
    for (String name : SEPARATOR.split(path)) {
      if (pod.isEmpty()) {
        pod = podUid(name);
      } else {
        Matcher container = CONTAINER.matcher(name);
        if (container.matches()) {
          return Optional.of(new ContainerId(pod.get(), container.group(1)));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> podUid(String name) {
    Matcher pod = POD.matcher(name);
    if (!pod.matches()) {
      return Optional.empty();
    }
    String uid = pod.group(1) == null ? pod.group(2) : pod.group(1);
    return Optional.of(uid.replace('_', '-'));
  }
}
