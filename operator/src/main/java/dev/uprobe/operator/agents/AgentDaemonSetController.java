package dev.uprobe.operator.agents;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.kube.ReducedStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles the agents' DaemonSet from its template, while any trace exists.
 *
 * <p>It reconciles on each change of a trace or of the DaemonSet, and once a minute, to pick up a
 * changed template. The template is a mounted file, so there is no resource that a reconciler of
 * java-operator-sdk could have as its primary.
 */
public final class AgentDaemonSetController implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentDaemonSetController.class);
  private static final long PERIOD_SECONDS = 60;
  private static final long RETRY_SECONDS = 5;
  private static final String FIELD_MANAGER = "uprobe-operator";

  private final KubernetesClient client;
  private final Settings settings;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "agent-daemonset");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicBoolean isAwaited = new AtomicBoolean();
  private final List<SharedIndexInformer<UprobeTrace>> traces = new ArrayList<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  /**
   * Configuration of the DaemonSet.
   *
   * @param watchNamespaces the namespaces to watch for traces; empty for all
   * @param isAlways whether the agents run even while there is no trace
   * @param deployment the operator's own Deployment, which then owns the DaemonSet
   * @param operatorKey public key by which agents verify attachments
   */
  public record Settings(
      Path template,
      String namespace,
      Set<String> watchNamespaces,
      boolean isAlways,
      Optional<String> deployment,
      Supplier<String> operatorKey) {}

  public AgentDaemonSetController(KubernetesClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Starts reconciling the DaemonSet; returns when the traces are listed. */
  public void start() {
    for (String namespace : settings.watchNamespaces()) {
      traces.add(
          started(
              client.resources(UprobeTrace.class).inNamespace(namespace).runnableInformer(0),
              UprobeTrace::new));
    }
    if (traces.isEmpty()) {
      traces.add(
          started(
              client.resources(UprobeTrace.class).inAnyNamespace().runnableInformer(0),
              UprobeTrace::new));
    }
    started(
        client.apps().daemonSets().inNamespace(settings.namespace()).runnableInformer(0),
        DaemonSet::new);
    executor.scheduleWithFixedDelay(this::wake, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  /** All that counts is that a resource exists, and which version of it. */
  private <T extends HasMetadata> SharedIndexInformer<T> started(
      SharedIndexInformer<T> informer, Supplier<T> empty) {
    informers.add(informer);
    informer
        .itemStore(
            new ReducedStore<>(
                resource -> {
                  T reduced = empty.get();
                  reduced.setMetadata(ReducedStore.identity(resource));
                  reduced.getMetadata().setGeneration(resource.getMetadata().getGeneration());
                  return reduced;
                }))
        .addEventHandler(
            new ResourceEventHandler<T>() {
              @Override
              public void onAdd(T resource) {
                wake();
              }

              @Override
              public void onUpdate(T before, T now) {
                boolean hasNewSpec =
                    !now.getMetadata().getGeneration().equals(before.getMetadata().getGeneration());
                if (now instanceof DaemonSet && hasNewSpec) {
                  wake();
                }
              }

              @Override
              public void onDelete(T resource, boolean deletedFinalStateUnknown) {
                wake();
              }
            });
    informer.run();
    return informer;
  }

  private void wake() {
    if (isAwaited.compareAndSet(false, true)) {
      later(0);
    }
  }

  private void later(long seconds) {
    try {
      executor.schedule(this::reconcile, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed while something changed", e);
    }
  }

  private void reconcile() {
    isAwaited.set(false);
    try {
      DaemonSet desired =
          AgentTemplate.read(
              settings.template(),
              settings.namespace(),
              OwnDeployment.owner(client, settings.namespace(), settings.deployment()),
              settings.operatorKey().get());
      boolean isDesired =
          settings.isAlways()
              || traces.stream().anyMatch(informer -> !informer.getIndexer().list().isEmpty());
      if (isDesired) {
        client.resource(desired).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
      } else {
        client.resource(desired).delete();
      }
    } catch (IOException | KubernetesClientException | IllegalStateException e) {
      LOG.warn("could not reconcile the agents' DaemonSet; retrying in 5 s", e);
      if (isAwaited.compareAndSet(false, true)) {
        later(RETRY_SECONDS);
      }
    }
  }

  /** Stops reconciling; the DaemonSet stays as it is. */
  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    executor.shutdownNow();
  }
}
