package dev.uprobe.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What OpenShift asks for besides. */
class OpenShiftTest {

  @Test
  void thereIsNothingOfItUnlessAskedFor() throws IOException {
    assertEquals(List.of(), RenderedChart.of("").all(GenericKubernetesResource.class));
    assertEquals(null, security(RenderedChart.of("")).getSeLinuxOptions());
  }

  @Test
  void theConstraintsAllowWhatTheAgentAsksForAndNoMore() throws IOException {
    RenderedChart chart = RenderedChart.of("openshift: {enabled: true}");
    GenericKubernetesResource allowed = chart.only(GenericKubernetesResource.class);
    PodSpec pod = chart.agent().getSpec().getTemplate().getSpec();
    SecurityContext asked = security(chart);

    assertEquals(asked.getCapabilities().getAdd(), allowed.get("allowedCapabilities"));
    assertEquals(asked.getCapabilities().getDrop(), allowed.get("requiredDropCapabilities"));
    assertEquals(asked.getPrivileged(), allowed.get("allowPrivilegedContainer"));
    assertEquals(asked.getAllowPrivilegeEscalation(), allowed.get("allowPrivilegeEscalation"));
    assertEquals(asked.getReadOnlyRootFilesystem(), allowed.get("readOnlyRootFilesystem"));
    assertEquals(pod.getHostPID(), allowed.get("allowHostPID"));
    for (String never :
        List.of("allowHostIPC", "allowHostNetwork", "allowHostPorts", "allowHostDirVolumePlugin")) {
      assertEquals(false, allowed.get(never), never);
    }
    assertEquals(List.of("runtime/default"), allowed.get("seccompProfiles"));
    assertEquals("spc_t", asked.getSeLinuxOptions().getType());
  }

  @Test
  void theConstraintsFollowTheAgentsValues() throws IOException {
    RenderedChart chart =
        RenderedChart.of(
            """
            openshift: {enabled: true}
            agent:
              sysAdmin: false
              seccompProfile: {type: Localhost, localhostProfile: tracer.json}
              seLinuxOptions: {type: tracer_t}
            """);
    GenericKubernetesResource allowed = chart.only(GenericKubernetesResource.class);

    assertEquals(
        List.of("BPF", "PERFMON", "SYS_PTRACE", "DAC_READ_SEARCH"),
        allowed.get("allowedCapabilities"));
    assertEquals(List.of("localhost/tracer.json"), allowed.get("seccompProfiles"));
    assertEquals("tracer_t", security(chart).getSeLinuxOptions().getType());
  }

  @Test
  void onlyTheAgentsAccountMayUseThem() throws IOException {
    RenderedChart chart = RenderedChart.of("openshift: {enabled: true}");
    String constraints = chart.only(GenericKubernetesResource.class).getMetadata().getName();
    Role role = chart.named(Role.class, "uprobe-agent-scc");
    RoleBinding binding = chart.named(RoleBinding.class, "uprobe-agent-scc");

    assertEquals(List.of(constraints), role.getRules().get(0).getResourceNames());
    assertEquals(List.of("use"), role.getRules().get(0).getVerbs());
    assertEquals(role.getMetadata().getName(), binding.getRoleRef().getName());
    assertEquals(
        chart.agent().getSpec().getTemplate().getSpec().getServiceAccountName(),
        binding.getSubjects().get(0).getName());
    assertEquals(1, binding.getSubjects().size());
  }

  private static SecurityContext security(RenderedChart chart) {
    return chart
        .agent()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getSecurityContext();
  }
}
