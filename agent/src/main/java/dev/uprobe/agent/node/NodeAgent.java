package dev.uprobe.agent.node;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.containers.ContainerProcesses;
import dev.uprobe.agent.containers.KnownContainers;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.containers.ProcessNamespaces;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.TraceEngine;
import dev.uprobe.agent.engine.TracingLoop;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.sinks.DroppingSink;
import dev.uprobe.agent.events.sinks.OutputQueue;
import dev.uprobe.agent.metrics.AgentMetrics;
import dev.uprobe.agent.metrics.ProcessMetrics;
import dev.uprobe.agent.metrics.TraceMetrics;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.language.text.Sentence;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of one node of a cluster: the engine's front end that informers feed. */
public final class NodeAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
  private static final Path PROC = Path.of("/proc");

  /** Init and kthreadd: either may be closed to others. */
  private static final List<Path> NODE_PROCESSES = List.of(PROC.resolve("1"), PROC.resolve("2"));

  private static final int BUFFER_SIZE = 8 << 20;

  /** A change is reported this soon, whatever the interval of reports. */
  private static final Duration REPORT = Duration.ofMillis(200);

  private static final Duration LONGEST_DETACH = Duration.ofSeconds(10);

  private final String node;
  private final OutputQueue output;
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final TraceEngine engine;
  private final NodeTracer tracer;
  private final StatusReports reports;
  private final StatusSchedule statuses;
  private final NodeInformers informers;

  /**
   * Prepares the agent; nothing is watched yet.
   *
   * @param node the name of this node
   * @param instance the name of the agent's pod
   * @param version of the agent
   * @param check which attachments are carried out
   * @param events where events are written, one JSON object a line; closed with the agent
   */
  public NodeAgent(
      BpfEnvironment environment,
      KubernetesClient client,
      String node,
      String instance,
      String version,
      AttachmentCheck check,
      OutputStream events)
      throws KernelException {
    this.node = node;
    this.output = new OutputQueue(events);
    KnownContainers names = new KnownContainers(new ProcessNamespaces(PROC));
    WallClock clock = new WallClock();
    DroppingSink written = new DroppingSink(new JsonSink(output, node, names, clock), output);
    RecentEventsSink sink = new RecentEventsSink(written, names, clock);
    this.engine =
        new TraceEngine(
            new TraceEngine.Parts(
                environment,
                BUFFER_SIZE,
                sink,
                HostFiles.ofNode(environment.libc(), NODE_PROCESSES),
                Optional.empty(),
                Optional.of(
                    new EngineContext.Pods(
                        new ContainerCollection(new ContainerProcesses(PROC), names),
                        new ContainerFiles(environment.libc(), PROC, Machine.ofHost()))),
                names,
                new LoggedDiagnostics(LOG),
                NodeAgent::failed));
    try {
      // No pod can be traced without them, so an agent that cannot have them does not start.
      engine.probes().offsets();
      AgentIdentity identity = new AgentIdentity(instance, Instant.now().toString());
      StatusWriter writer = new StatusWriter(client);
      this.tracer = new NodeTracer(engine.traces(), sink, new AttachmentReport(identity), check);
      this.reports = new StatusReports(writer);
      this.statuses = new StatusSchedule(tracer, reports);
      this.informers =
          new NodeInformers(
              client,
              node,
              new InformerCallbacks<>(
                  pod -> change(() -> tracer.put(NodePod.of(pod))),
                  pod -> change(() -> tracer.remove(NodePod.of(pod)))),
              new InformerCallbacks<>(
                  attachment -> change(() -> tracer.put(attachment)),
                  attachment ->
                      change(
                          () -> {
                            tracer.remove(attachment);
                            statuses.forget(attachment);
                          })));
      metrics.register(new TraceMetrics(() -> engine.loop().ask(tracer::statuses)));
      metrics.register(
          new AgentMetrics(
              version,
              written::written,
              written::lost,
              () -> engine.loop().ask(engine.probes()::lost),
              writer::writes,
              writer::failures));
      metrics.register(new ProcessMetrics());
    } catch (KernelException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private void change(TracingLoop.Change change) {
    engine.loop().change(change);
  }

  private static void failed(String thread, Throwable e) {
    LOG.error("The agent cannot continue without its thread {}.", thread, e);
  }

  /** Starts to watch and to trace, and returns. */
  public void start() {
    engine.start();
    engine.loop().every(REPORT, statuses::sendDue);
    informers.start();
    LOG.info("Tracing on node {}.", node);
  }

  /** Returns all metrics of the agent; other sources of metrics are registered there. */
  public PrometheusRegistry metrics() {
    return metrics;
  }

  /** Returns whether the agent can do its work; it cannot once its events cannot be written. */
  public boolean isAlive() {
    return engine.isAlive();
  }

  /** Returns whether the agent sees the cluster and writes events. */
  public boolean isReady() {
    return informers.haveSynced() && isAlive();
  }

  /** Detaches everything, and writes what was captured before. */
  @Override
  public void close() {
    informers.close();
    stopEngine();
    reports.close();
    engine.close();
    closeOutput();
  }

  private void stopEngine() {
    try {
      engine.stop(statuses::sendAll, LONGEST_DETACH);
    } catch (InterruptedException e) {
      LOG.warn("Interrupted while the probes were detached.");
      Thread.currentThread().interrupt();
    }
  }

  private void closeOutput() {
    try {
      output.close();
    } catch (IOException e) {
      LOG.warn("Not all events were written: {}.", Sentence.reason(e));
    }
  }
}
