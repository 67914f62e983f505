package dev.uprobe.e2e.chart;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the Pod Security Standards' level `restricted` forbids (kubernetes.io, v1.32). */
final class PodSecurity {
  private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

  private PodSecurity() {}

  /** Returns what of a pod the level forbids; empty if it may run. */
  static List<String> violations(PodSpec pod) {
    List<String> found = new ArrayList<>();
    PodSecurityContext context =
        Optional.ofNullable(pod.getSecurityContext()).orElseGet(PodSecurityContext::new);
    refuse(found, isTrue(pod.getHostPID()), "hostPID");
    refuse(found, isTrue(pod.getHostIPC()), "hostIPC");
    refuse(found, isTrue(pod.getHostNetwork()), "hostNetwork");
    refuse(found, !isTrue(context.getRunAsNonRoot()), "runAsNonRoot is not true");
    refuse(found, Long.valueOf(0).equals(context.getRunAsUser()), "runAsUser is 0");
    refuse(
        found,
        !Optional.ofNullable(context.getSeccompProfile())
            .map(SeccompProfile::getType)
            .filter(SECCOMP::contains)
            .isPresent(),
        "seccompProfile");
    for (Volume volume : pod.getVolumes()) {
      refuse(found, volume.getHostPath() != null, "hostPath volume " + volume.getName());
    }
    Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .forEach(container -> check(container, found));
    return found;
  }

  private static void check(Container container, List<String> found) {
    SecurityContext context =
        Optional.ofNullable(container.getSecurityContext()).orElseGet(SecurityContext::new);
    Capabilities capabilities =
        Optional.ofNullable(context.getCapabilities()).orElseGet(Capabilities::new);
    refuse(found, isTrue(context.getPrivileged()), "privileged");
    refuse(
        found,
        !Boolean.FALSE.equals(context.getAllowPrivilegeEscalation()),
        "allowPrivilegeEscalation is not false");
    refuse(found, !capabilities.getDrop().contains("ALL"), "capabilities are not dropped");
    refuse(
        found,
        !Set.of("NET_BIND_SERVICE").containsAll(capabilities.getAdd()),
        "capabilities " + capabilities.getAdd());
  }

  private static void refuse(List<String> found, boolean isViolated, String what) {
    if (isViolated) {
      found.add(what);
    }
  }

  private static boolean isTrue(Boolean value) {
    return Boolean.TRUE.equals(value);
  }
}
