package dev.uprobe.agent.node;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.containers.ContainerProcesses;
import dev.uprobe.agent.containers.KnownContainers;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.containers.ProcessNamespaces;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.ProcessWatches;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.decode.EventReader;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.sinks.DroppingSink;
import dev.uprobe.agent.events.sinks.OutputQueue;
import dev.uprobe.agent.events.sinks.RecentEventsSink;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.events.stack.SymbolizingSink;
import dev.uprobe.agent.metrics.AgentMetrics;
import dev.uprobe.agent.metrics.ProcessMetrics;
import dev.uprobe.agent.metrics.TraceMetrics;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.MappingWatch;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.agent.sys.libc.Threads;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.language.text.Sentence;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of one node of a cluster: this is where its parts are put together. */
public final class NodeAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
  private static final Path PROC = Path.of("/proc");

  /** Init and kthreadd: either may be closed to others. */
  private static final List<Path> NODE_PROCESSES = List.of(PROC.resolve("1"), PROC.resolve("2"));

  private static final int BUFFER_SIZE = 8 << 20;

  private final HandleStack handles = new HandleStack();
  private final String node;
  private final OutputQueue output;
  private final Poller poller;
  private final EventReader reader;
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final TracingLoop session;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
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
    try {
      KnownContainers names = new KnownContainers(new ProcessNamespaces(PROC));
      ProbeSet probes = handles.push(new ProbeSet(environment, BUFFER_SIZE));
      WallClock clock = new WallClock();
      DroppingSink written = new DroppingSink(new JsonSink(output, node, names, clock), output);
      RecentEventsSink sink = new RecentEventsSink(written, names, clock);
      Stacks stacks = handles.push(new Stacks(environment, PROC));
      this.reader =
          new EventReader(
              probes.buffer(),
              new EventDecoder(probes::probe),
              new SymbolizingSink(sink, stacks::symbolise, probes.buffer()::wake));
      this.poller = handles.push(new Poller(environment.libc(), environment.architecture()));
      WatchedFiles watched =
          handles.push(new WatchedFiles(environment.libc(), poller, this::filesChanged, LOG::warn));
      CommWatch comms =
          handles.push(
              new CommWatch(environment.libc(), environment.architecture(), poller, this::renamed));
      EngineContext tools =
          new EngineContext(
              environment,
              KernelOffsets.find(environment),
              probes,
              new ContainerFiles(environment.libc(), PROC, Machine.ofHost()),
              HostFiles.ofNode(environment.libc(), NODE_PROCESSES),
              new SiteResolver(new IfuncResolver(environment.libc(), new Processes(PROC))),
              watched,
              new ProcessWatches(environment.libc(), poller, comms, this::ended),
              sink,
              stacks,
              reader::add,
              names,
              LOG::warn);
      StatusWriter writer = new StatusWriter(client);
      AgentIdentity identity = new AgentIdentity(instance, Instant.now().toString());
      NodeTracer tracer =
          handles.push(
              new NodeTracer(
                  tools,
                  new ContainerCollection(new ContainerProcesses(PROC), names),
                  new AttachmentReport(identity),
                  check));
      this.session = new TracingLoop(new Processes(PROC), tracer, new StatusReports(writer));
      this.informers =
          new NodeInformers(
              client,
              node,
              new InformerCallbacks<>(
                  pod -> session.put(NodePod.of(pod)), pod -> session.remove(NodePod.of(pod))),
              new InformerCallbacks<>(session::put, session::remove));
      handles.push(
          new MappingWatch(
              environment.libc(),
              environment.architecture(),
              poller,
              session::follow,
              session::rescan));
      metrics.register(new TraceMetrics(() -> session.ask(tracer::statuses)));
      metrics.register(
          new AgentMetrics(
              version,
              written::written,
              written::lost,
              () -> session.ask(probes::lost),
              writer::writes,
              writer::failures));
      metrics.register(new ProcessMetrics());
    } catch (KernelException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  /** Starts to watch and to trace, and returns. */
  public void start() {
    session.start();
    startThread("watch", poller);
    startThread("events", reader);
    informers.start();
    LOG.info("Tracing on node {}.", node);
  }

  private void renamed(int pid) {
    session.follow(pid);
  }

  private void ended() {
    session.refresh();
  }

  private void filesChanged() {
    session.filesChanged();
  }

  private void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler(
        (ended, e) -> LOG.error("The agent cannot go on without its thread {}.", name, e));
    thread.start();
    threads.add(thread);
  }

  /** Returns all figures of the agent; another source of them is registered there. */
  public PrometheusRegistry metrics() {
    return metrics;
  }

  /** Tells whether the agent can do its work; it cannot once its events cannot be written. */
  public boolean isAlive() {
    return threads.stream().allMatch(Thread::isAlive);
  }

  /** Tells whether the agent sees the cluster and writes events. */
  public boolean isReady() {
    return informers.haveSynced() && isAlive();
  }

  /** Detaches everything, and writes what was captured before. */
  @Override
  public void close() {
    informers.close();
    poller.stop();
    session.stop();
    reader.stop();
    threads.forEach(Threads::join);
    handles.close();
    closeOutput();
  }

  private void closeOutput() {
    try {
      output.close();
    } catch (IOException e) {
      LOG.warn("Not all events were written: {}.", Sentence.reason(e));
    }
  }
}
