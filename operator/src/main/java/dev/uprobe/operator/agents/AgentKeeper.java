package dev.uprobe.operator.agents;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
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
 * Keeps the agents' DaemonSet while any trace exists, as its template says.
 *
 * <p>It looks at everything anew on each change of a trace or of the DaemonSet, and once a minute,
 * which also finds a template that has changed.
 */
public final class AgentKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentKeeper.class);
  private static final long PERIOD_SECONDS = 60;
  private static final long RETRY_SECONDS = 5;
  private static final String FIELD_MANAGER = "uprobe-operator";

  private final KubernetesClient client;
  private final Settings settings;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "agent-keeper");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicBoolean isAwaited = new AtomicBoolean();
  private final List<SharedIndexInformer<UprobeTrace>> traces = new ArrayList<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  /**
   * What is kept, where.
   *
   * @param watchNamespaces the namespaces whose traces count; empty for all
   * @param isAlways whether the agents run even while there is no trace
   * @param deployment the operator's own Deployment, which then owns the DaemonSet
   * @param operatorKey by what agents know the attachments that the operator has signed
   */
  public record Settings(
      Path template,
      String namespace,
      Set<String> watchNamespaces,
      boolean isAlways,
      Optional<String> deployment,
      Supplier<String> operatorKey) {}

  public AgentKeeper(KubernetesClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Begins to keep the DaemonSet; returns once it knows which traces there are. */
  public void start() {
    for (String namespace : settings.watchNamespaces()) {
      traces.add(
          started(client.resources(UprobeTrace.class).inNamespace(namespace).runnableInformer(0)));
    }
    if (traces.isEmpty()) {
      traces.add(started(client.resources(UprobeTrace.class).inAnyNamespace().runnableInformer(0)));
    }
    started(client.apps().daemonSets().inNamespace(settings.namespace()).runnableInformer(0));
    executor.scheduleWithFixedDelay(this::wake, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  private <T extends HasMetadata> SharedIndexInformer<T> started(SharedIndexInformer<T> informer) {
    informers.add(informer);
    informer
        .itemStore(new MetadataStore<>())
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
      executor.schedule(this::keep, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed while something changed", e);
    }
  }

  private void keep() {
    isAwaited.set(false);
    try {
      DaemonSet wanted =
          AgentTemplate.read(
              settings.template(),
              settings.namespace(),
              OwnDeployment.owner(client, settings.namespace(), settings.deployment()),
              settings.operatorKey().get());
      boolean isWanted =
          settings.isAlways()
              || traces.stream().anyMatch(informer -> !informer.getIndexer().list().isEmpty());
      if (isWanted) {
        client.resource(wanted).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
      } else {
        client.resource(wanted).delete();
      }
    } catch (IOException | KubernetesClientException | IllegalStateException e) {
      LOG.warn("the agents' DaemonSet could not be kept; trying again in 5 s", e);
      if (isAwaited.compareAndSet(false, true)) {
        later(RETRY_SECONDS);
      }
    }
  }

  /** Stops keeping; the DaemonSet stays as it is. */
  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
    executor.shutdownNow();
  }

  /** Keeps that a resource exists, and none of what it holds. */
  private static final class MetadataStore<T extends HasMetadata> extends BasicItemStore<T> {

    MetadataStore() {
      super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T resource) {
      return super.put(key, reduce(resource));
    }

    @Override
    public boolean isFullState() {
      return false;
    }

    @SuppressWarnings("unchecked")
    private T reduce(T resource) {
      HasMetadata reduced = resource instanceof DaemonSet ? new DaemonSet() : new UprobeTrace();
      reduced.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(resource.getMetadata().getNamespace())
              .withName(resource.getMetadata().getName())
              .withUid(resource.getMetadata().getUid())
              .withResourceVersion(resource.getMetadata().getResourceVersion())
              .withGeneration(resource.getMetadata().getGeneration())
              .build());
      return (T) reduced;
    }
  }
}
