package dev.uprobe.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The ClusterRoles for people. */
class UserRolesTest {
  private static final List<String> READ = List.of("get", "list", "watch");

  @Test
  void viewerReadsAndEditorAlsoWritesTraces() throws IOException {
    RenderedChart chart = RenderedChart.of("");

    assertEquals(
        Map.of("uprobetraces", READ, "uprobeattachments", READ), verbs(chart, "uprobe-viewer"));
    assertEquals(
        Map.of(
            "uprobetraces",
            List.of(
                "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
            "uprobeattachments",
            READ),
        verbs(chart, "uprobe-editor"));
  }

  @Test
  void nobodyIsGivenThem() throws IOException {
    assertEquals(
        List.of(),
        RenderedChart.of("").all(ClusterRoleBinding.class).stream()
            .filter(binding -> binding.getRoleRef().getName().matches("uprobe-(viewer|editor)"))
            .toList());
  }

  @Test
  void theyJoinTheRolesOfKubernetesOnlyWhenAskedTo() throws IOException {
    RenderedChart separate = RenderedChart.of("");
    RenderedChart joined = RenderedChart.of("userRoles: {aggregate: true}");

    assertEquals(List.of(), aggregatedTo(separate, "uprobe-viewer"));
    assertEquals(List.of(), aggregatedTo(separate, "uprobe-editor"));
    assertEquals(List.of("admin", "edit", "view"), aggregatedTo(joined, "uprobe-viewer"));
    assertEquals(List.of("admin", "edit"), aggregatedTo(joined, "uprobe-editor"));
  }

  @Test
  void aSecondReleaseLeavesThemOut() throws IOException {
    assertEquals(
        List.of(),
        RenderedChart.of("userRoles: {create: false}").all(ClusterRole.class).stream()
            .map(role -> role.getMetadata().getName())
            .filter(name -> !name.startsWith("tracing:"))
            .toList());
  }

  private static List<String> aggregatedTo(RenderedChart chart, String role) {
    String prefix = "rbac.authorization.k8s.io/aggregate-to-";
    return chart.named(ClusterRole.class, role).getMetadata().getLabels().keySet().stream()
        .filter(label -> label.startsWith(prefix))
        .map(label -> label.substring(prefix.length()))
        .sorted()
        .toList();
  }

  private static Map<String, List<String>> verbs(RenderedChart chart, String role) {
    Map<String, List<String>> verbs = new TreeMap<>();
    for (PolicyRule rule : chart.named(ClusterRole.class, role).getRules()) {
      rule.getResources().forEach(resource -> verbs.put(resource, rule.getVerbs()));
    }
    return verbs;
  }
}
