package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What people may do who are bound to a ClusterRole of the chart in one namespace. */
@E2eTest
class UserRolesTest {
  private static final List<String> READ = List.of("get", "list", "watch");
  private static final List<String> WRITE =
      List.of("create", "update", "patch", "delete", "deletecollection");

  @Test
  void aViewerReadsAndWritesNothing(Installation installation, Workspace workspace) {
    bind(installation, workspace, "uprobe-viewer", "vera");

    assertEquals(READ, allowed(installation, workspace.name(), "vera", "uprobetraces"));
    assertEquals(READ, allowed(installation, workspace.name(), "vera", "uprobeattachments"));
    assertEquals(List.of(), allowed(installation, "default", "vera", "uprobetraces"));
    assertEquals(List.of(), allowed(installation, workspace.name(), "vera", "pods"));

    UprobeTrace trace = workspace.trace(TracingTest.CHARGES).get().orElseThrow();
    try (KubernetesClient vera = clientOf(installation, "vera")) {
      assertEquals(trace.getMetadata().getUid(), vera.resource(trace).get().getMetadata().getUid());
      KubernetesClientException refusal =
          assertThrows(KubernetesClientException.class, () -> vera.resource(trace).delete());
      assertTrue(refusal.getMessage().contains("cannot delete resource"), refusal.getMessage());
    }
  }

  @Test
  void anEditorWritesTracesAndNoAttachments(Installation installation, Workspace workspace) {
    bind(installation, workspace, "uprobe-editor", "eddy");

    assertEquals(
        Stream.concat(READ.stream(), WRITE.stream()).toList(),
        allowed(installation, workspace.name(), "eddy", "uprobetraces"));
    assertEquals(READ, allowed(installation, workspace.name(), "eddy", "uprobeattachments"));
    assertEquals(List.of(), allowed(installation, workspace.name(), "eddy", "uprobetraces/status"));
    assertEquals(List.of(), allowed(installation, "default", "eddy", "uprobetraces"));
  }

  @Test
  void theRolesOfKubernetesSeeTracesOnlyWhenAskedTo(
      Installation installation, Workspace workspace) {
    bind(installation, workspace, "view", "victor");
    bind(installation, workspace, "edit", "erna");
    assertEquals(List.of(), allowed(installation, workspace.name(), "victor", "uprobetraces"));
    assertEquals(List.of(), allowed(installation, workspace.name(), "erna", "uprobetraces"));

    installation.upgrade("userRoles.aggregate", "true");
    try {
      // A controller of Kubernetes copies the rules.
      Await.until(
          "view has the rules of uprobe-viewer",
          () -> allowed(installation, workspace.name(), "victor", "uprobetraces"),
          READ::equals);
      Await.until(
          "edit has the rules of uprobe-editor",
          () -> allowed(installation, workspace.name(), "erna", "uprobetraces"),
          verbs -> verbs.size() == READ.size() + WRITE.size());
    } finally {
      installation.upgrade("userRoles.aggregate", "false");
    }
    Await.until(
        "view is what it was",
        () -> allowed(installation, workspace.name(), "victor", "uprobetraces"),
        List::isEmpty);
  }

  private static void bind(
      Installation installation, Workspace workspace, String role, String user) {
    installation
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(workspace.name())
                .withName(user)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("User")
                .withName(user)
                .endSubject()
                .build())
        .create();
  }

  /** What `kubectl auth can-i --as` says, of all verbs. */
  private static List<String> allowed(
      Installation installation, String namespace, String user, String resource) {
    return Stream.concat(READ.stream(), WRITE.stream())
        .filter(verb -> isAllowed(installation, namespace, user, resource, verb))
        .toList();
  }

  private static boolean isAllowed(
      Installation installation, String namespace, String user, String resource, String verb) {
    String[] parts = resource.split("/");
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withGroup(parts[0].equals("pods") ? "" : UprobeTrace.GROUP)
            .withResource(parts[0])
            .withSubresource(parts.length > 1 ? parts[1] : "")
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    return installation
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private static KubernetesClient clientOf(Installation installation, String user) {
    Config config =
        new ConfigBuilder(installation.client().getConfiguration())
            .withImpersonateUsername(user)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
