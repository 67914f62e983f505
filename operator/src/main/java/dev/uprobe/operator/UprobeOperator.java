package dev.uprobe.operator;

import dev.uprobe.kube.HealthServer;
import dev.uprobe.operator.agents.AgentDaemonSetController;
import dev.uprobe.operator.events.EventRecorder;
import dev.uprobe.operator.metrics.OperatorMetrics;
import dev.uprobe.operator.reconcile.UprobeTraceReconciler;
import dev.uprobe.operator.schedule.SignedAttachments;
import dev.uprobe.operator.signing.SigningKeys;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;

/** Assembles the operator. */
public final class UprobeOperator implements AutoCloseable {
  private static final String LEASE = "uprobe-operator";

  private final OperatorConfig config;
  private final Operator operator;
  private final Optional<AgentDaemonSetController> agents;
  private final HealthServer health;

  /**
   * Assembles the operator without starting it.
   *
   * @param instance the operator's pod, which is its identity among replicas
   * @throws IOException if the port of probes and metrics is not available
   */
  public UprobeOperator(KubernetesClient client, OperatorConfig config, String instance)
      throws IOException {
    this.config = config;
    PrometheusRegistry registry = new PrometheusRegistry();
    OperatorMetrics metrics = new OperatorMetrics(registry);
    Clock clock = Clock.systemUTC();
    SigningKeys keys =
        new SigningKeys(client, config.namespace(), config.signingSecret(), config.deployment());
    agents =
        config
            .agentTemplate()
            .map(
                template ->
                    new AgentDaemonSetController(
                        client,
                        new AgentDaemonSetController.Settings(
                            template,
                            config.namespace(),
                            config.watchNamespaces(),
                            config.agentAlways(),
                            config.deployment(),
                            keys::publicKey)));
    operator =
        new Operator(
            overrider -> {
              overrider
                  .withKubernetesClient(client)
                  .withCloseClientOnStop(false)
                  .withMetrics(metrics);
              if (config.leaderElection()) {
                overrider.withLeaderElectionConfiguration(leaderElection(instance));
              }
            });
    UprobeTraceReconciler reconciler =
        new UprobeTraceReconciler(
            new UprobeTraceReconciler.Settings(
                config.watchNamespaces(),
                config.allowedHostNamespaces(),
                config.namespace(),
                config.statusWritesPerSecond(),
                new SignedAttachments(keys::get)),
            new EventRecorder(instance, clock),
            clock);
    if (config.watchNamespaces().isEmpty()) {
      operator.register(reconciler);
    } else {
      operator.register(
          reconciler, overrider -> overrider.settingNamespaces(config.watchNamespaces()));
    }
    health =
        new HealthServer(
            config.healthPort(),
            () -> operator.getRuntimeInfo().allEventSourcesAreHealthy(),
            () -> operator.getRuntimeInfo().isStarted(),
            registry);
  }

  private LeaderElectionConfiguration leaderElection(String instance) {
    return new LeaderElectionConfiguration(
        LEASE,
        config.namespace(),
        LeaderElectionConfiguration.LEASE_DURATION_DEFAULT_VALUE,
        LeaderElectionConfiguration.RENEW_DEADLINE_DEFAULT_VALUE,
        LeaderElectionConfiguration.RETRY_PERIOD_DEFAULT_VALUE,
        instance,
        new LeaderCallbacks(
            () -> agents.ifPresent(AgentDaemonSetController::start), () -> {}, leader -> {}),
        true);
  }

  /** Starts working, or waiting to become the leader. */
  public void start() {
    operator.start();
    if (!config.leaderElection()) {
      agents.ifPresent(AgentDaemonSetController::start);
    }
  }

  /** Returns the port of probes and metrics. */
  public int healthPort() {
    return health.port();
  }

  @Override
  public void close() {
    health.close();
    agents.ifPresent(AgentDaemonSetController::close);
    operator.stop();
  }
}
