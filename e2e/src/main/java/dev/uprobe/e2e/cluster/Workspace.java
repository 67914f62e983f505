package dev.uprobe.e2e.cluster;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A namespace of one test, with the programs and traces in it. */
public final class Workspace implements AutoCloseable {
  public static final String LABEL = "uprobe.dev/e2e";

  private static final String TENANT = "tenant";

  private final Installation installation;
  private final KubernetesClient client;
  private final String name;

  private Workspace(Installation installation, String name) {
    this.installation = installation;
    this.client = installation.client();
    this.name = name;
  }

  public static Workspace create(Installation installation) {
    return create(installation, "e2e-" + UUID.randomUUID().toString().substring(0, 8));
  }

  public static Workspace create(Installation installation, String name) {
    installation
        .client()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(LABEL, "true")
                .endMetadata()
                .build())
        .create();
    return new Workspace(installation, name);
  }

  public String name() {
    return name;
  }

  /** Runs a program of the targets' image, labelled app={@code app}, and waits until it runs. */
  public Workspace run(String app, int replicas, String... command) {
    client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(app)
                .withNamespace(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("app", app)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", app)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("app")
                .withImage(installation.images().targets())
                .withImagePullPolicy("IfNotPresent")
                .withCommand(command)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .serverSideApply();
    Await.until(
        app + " runs",
        () -> pods(app),
        pods -> pods.size() == replicas && pods.stream().allMatch(Workspace::isReady));
    return this;
  }

  public static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  public void scale(String app, int replicas) {
    client.apps().deployments().inNamespace(name).withName(app).scale(replicas);
  }

  public List<Pod> pods(String app) {
    return client.pods().inNamespace(name).withLabel("app", app).list().getItems();
  }

  /** Applies a trace as `kubectl apply` does. */
  public Trace trace(String yaml) {
    UprobeTrace trace = new KubernetesSerialization().unmarshal(yaml, UprobeTrace.class);
    client.resource(trace).inNamespace(name).forceConflicts().serverSideApply();
    return new Trace(trace.getMetadata().getName());
  }

  /** A client that may do everything in this namespace, and nothing elsewhere. */
  public KubernetesClient tenant() {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName(TENANT)
                .endMetadata()
                .build())
        .serverSideApply();
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName(TENANT)
                .endMetadata()
                .addNewRule()
                .addToApiGroups("*")
                .addToResources("*")
                .addToVerbs("*")
                .endRule()
                .build())
        .serverSideApply();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName(TENANT)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", TENANT)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(TENANT)
                .withNamespace(name)
                .endSubject()
                .build())
        .serverSideApply();
    return installation.clientOf(
        name, TENANT, new TokenRequestBuilder().withNewSpec().endSpec().build());
  }

  public List<UprobeAttachment> attachments(Trace trace) {
    return client
        .resources(UprobeAttachment.class)
        .inNamespace(name)
        .withLabel(UprobeAttachment.TRACE_LABEL, trace.traceName)
        .list()
        .getItems();
  }

  @Override
  public void close() {
    client.resources(UprobeTrace.class).inNamespace(name).delete();
    client.namespaces().withName(name).delete();
  }

  /** A trace in the namespace. */
  public final class Trace {
    private final String traceName;

    private Trace(String traceName) {
      this.traceName = traceName;
    }

    public Optional<UprobeTrace> get() {
      return Optional.ofNullable(
          client.resources(UprobeTrace.class).inNamespace(name).withName(traceName).get());
    }

    /** Waits until the condition Ready has this reason for the latest spec, and returns it. */
    public UprobeTrace awaitReason(String reason) {
      return await("Ready", reason);
    }

    /** Waits for the reason of a condition, and returns the trace. */
    public UprobeTrace await(String condition, String reason) {
      return Await.until(
              condition + " has reason " + reason,
              this::get,
              trace -> trace.filter(t -> hasReason(t, condition, reason)).isPresent())
          .orElseThrow();
    }

    /** Waits until every container that matches has every probe, of this many containers. */
    public UprobeTrace awaitAttached(int containers) {
      String targets = containers + "/" + containers;
      return Await.until(
              "targets are " + targets,
              this::get,
              trace ->
                  trace
                      .filter(t -> hasReason(t, "Ready", "Attached"))
                      .filter(t -> targets.equals(t.getStatus().targets()))
                      .isPresent())
          .orElseThrow();
    }

    private boolean hasReason(UprobeTrace trace, String condition, String reason) {
      return trace.getStatus() != null
          && trace.getMetadata().getGeneration().equals(trace.getStatus().observedGeneration())
          && trace.getStatus().conditions().stream()
              .anyMatch(c -> c.getType().equals(condition) && c.getReason().equals(reason));
    }

    /** Returns the message of a condition. */
    public String message(String condition) {
      return get().orElseThrow().getStatus().conditions().stream()
          .filter(c -> c.getType().equals(condition))
          .map(c -> c.getMessage())
          .findFirst()
          .orElse("");
    }

    public long eventsInStatus() {
      return get().map(t -> t.getStatus().events().total()).orElse(0L);
    }

    public List<LoggedEvent> events() {
      return installation.events().stream()
          .filter(e -> e.namespace().equals(name) && e.trace().equals(traceName))
          .toList();
    }

    /** Waits for an event that is logged from now on. */
    public LoggedEvent awaitEvent() {
      int before = events().size();
      List<LoggedEvent> events =
          Await.until("there are new events", this::events, e -> e.size() > before);
      return events.get(events.size() - 1);
    }

    public void merge(String patch) {
      client
          .resources(UprobeTrace.class)
          .inNamespace(name)
          .withName(traceName)
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    public void delete() {
      client.resources(UprobeTrace.class).inNamespace(name).withName(traceName).delete();
    }
  }
}
