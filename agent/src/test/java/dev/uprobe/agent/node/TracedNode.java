package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.containers.ContainerLab;
import dev.uprobe.agent.containers.ContainerLab.RunningContainer;
import dev.uprobe.agent.containers.ContainerProcesses;
import dev.uprobe.agent.containers.KnownContainers;
import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.containers.ProcessNamespaces;
import dev.uprobe.agent.engine.ActiveTraces;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.ProcessWatches;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.decode.EventReader;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.events.stack.SymbolizingSink;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.agent.fixture.EventList;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Wording;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.process.watch.CommWatch;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Poller;
import dev.uprobe.agent.sys.libc.Threads;
import dev.uprobe.api.v1alpha1.AgentIdentity;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.kube.signing.AttachmentSigner;
import dev.uprobe.kube.signing.AttachmentVerifier;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A node whose tracer runs, with real containers. What a kubelet would say of them is made up: the
 * pods, and the cgroups in a {@code /proc} that otherwise leads to the real one.
 */
public final class TracedNode implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");
  private static final int BUFFER_SIZE = 1 << 20;
  private static final KeyPair OPERATOR = keys();

  private final Path proc;
  private final ContainerLab lab;
  private final HandleStack handles = new HandleStack();
  private final KnownContainers names = new KnownContainers(new ProcessNamespaces(PROC));
  private final List<Integer> started = new ArrayList<>();
  private final EventList events = new EventList();
  private final Queue<String> notices = new ConcurrentLinkedQueue<>();
  private final ProbeSet probes;
  private final ActiveTraces traces;
  private final NodeTracer tracer;
  private final Poller poller;
  private final Set<Integer> renamed = ConcurrentHashMap.newKeySet();
  private final Semaphore fileChanges = new Semaphore(0);
  private final EventReader reader;
  private final Thread reading;
  private final Thread polling;

  public TracedNode(Path folder) throws Exception {
    proc = Files.createDirectory(folder.resolve("proc"));
    // What the test is in counts as the host; the real first process may be closed to it.
    Files.createSymbolicLink(
        proc.resolve("1"), PROC.resolve(Long.toString(ProcessHandle.current().pid())));
    lab = ContainerLab.in(folder.toRealPath());
    BpfEnvironment environment = BpfEnvironment.load();
    probes = handles.push(new ProbeSet(environment, BUFFER_SIZE));
    poller = handles.push(new Poller(environment.libc(), environment.architecture()));
    WatchedFiles watched =
        handles.push(
            new WatchedFiles(environment.libc(), poller, fileChanges::release, notices::add));
    RecentEventsSink sink = new RecentEventsSink(events, names, new WallClock());
    Stacks stacks = handles.push(new Stacks(environment, PROC));
    reader =
        new EventReader(
            probes.buffer(),
            new EventDecoder(probes::probe),
            new SymbolizingSink(sink, stacks::symbolise, probes.buffer()::wake));
    traces =
        handles.push(
            new ActiveTraces(
                new EngineContext(
                    environment,
                    probes,
                    HostFiles.ofNode(environment.libc(), List.of(proc.resolve("1"))),
                    Optional.of(
                        new EngineContext.Pods(
                            new ContainerCollection(new ContainerProcesses(proc), names),
                            new ContainerFiles(environment.libc(), PROC, Machine.ofHost()))),
                    new SiteResolver(new IfuncResolver(environment.libc(), new Processes(PROC))),
                    watched,
                    new ProcessWatches(
                        environment.libc(),
                        poller,
                        handles.push(
                            new CommWatch(
                                environment.libc(),
                                environment.architecture(),
                                poller,
                                renamed::add)),
                        Optional.empty(),
                        () -> {}),
                    stacks,
                    reader::add,
                    names,
                    notices::add)));
    tracer =
        new NodeTracer(
            traces,
            sink,
            new AttachmentReport(new AgentIdentity("agent", "2030-01-01T00:00:00Z")),
            new AttachmentCheck(new AttachmentVerifier(OPERATOR.getPublic()), "node", Set.of()));
    reading = new Thread(reader, "events");
    reading.start();
    polling = new Thread(poller, "watch");
    polling.start();
  }

  /** A container, and the pod that it is in. */
  public record Started(NodePod pod, RunningContainer running) {

    /** Lets the program make its next round of calls, and returns when it has. */
    void call() throws IOException {
      running.program().proceed();
      running.program().line();
    }
  }

  public ContainerLab lab() {
    return lab;
  }

  public NodeTracer tracer() {
    return tracer;
  }

  public ActiveTraces traces() {
    return traces;
  }

  public ProbeSet probes() {
    return probes;
  }

  public Queue<String> notices() {
    return notices;
  }

  /** Starts a container of its own pod from a root folder; the tracer is not told. */
  public Started start(String namespace, String pod, Path root) throws IOException {
    return start(namespace, pod, "a".repeat(64), root);
  }

  public Started start(String namespace, String pod, String containerId, Path root)
      throws IOException {
    RunningContainer running = lab.run(root);
    handles.push(running::close);
    started.add(running.pid());
    String uid =
        String.format("00000000-0000-0000-0000-%012x", (namespace + pod).hashCode() & 0xffffffffL);
    Path process = Files.createDirectory(proc.resolve(Integer.toString(running.pid())));
    Path real = PROC.resolve(Integer.toString(running.pid()));
    for (String each : List.of("stat", "ns", "root", "comm")) {
      Files.createSymbolicLink(process.resolve(each), real.resolve(each));
    }
    Files.writeString(
        process.resolve("cgroup"), "0::/kubepods/burstable/pod" + uid + "/" + containerId + "\n");
    return new Started(
        new NodePod(
            uid, namespace, pod, Map.of("app", pod), Map.of(containerId, "main"), List.of("main")),
        running);
  }

  /** Starts a program of the node itself; the tracer is not told. */
  public RunningProgram startOnHost(Path program, String... arguments) throws IOException {
    RunningProgram running = RunningProgram.start(program, arguments);
    handles.push(running::close);
    return running;
  }

  /** Ends a container; the tracer is not told. */
  public void end(Started started) throws IOException {
    started.running().close();
    forget(started.running().pid());
  }

  private void forget(int pid) throws IOException {
    Path process = proc.resolve(Integer.toString(pid));
    for (String each : List.of("stat", "ns", "root", "comm", "cgroup")) {
      Files.deleteIfExists(process.resolve(each));
    }
    Files.deleteIfExists(process);
  }

  /** Tells the tracer that a process of a container has mapped a file. */
  public void follow(Started started) {
    traces.lookAt(Set.of(started.running().pid()));
  }

  /** Lets the tracer know of changed files as the agent does, until something holds. */
  public void followChangesUntil(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      traces.lookAt(Set.copyOf(renamed));
      renamed.clear();
      if (fileChanges.tryAcquire(10, TimeUnit.MILLISECONDS)) {
        traces.filesChanged();
      } else {
        traces.refresh();
      }
    }
    assertTrue(holds.getAsBoolean(), () -> status().toString());
  }

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** An attachment of the namespace {@code shop}; its spec in YAML without trace and node. */
  public static UprobeAttachment attachment(int generation, String spec) {
    return signed(unsigned(generation, spec));
  }

  /** Signs an attachment as it is. */
  public static UprobeAttachment signed(UprobeAttachment attachment) {
    String signature = new AttachmentSigner(OPERATOR.getPrivate()).sign(attachment);
    attachment
        .getMetadata()
        .setAnnotations(Map.of(UprobeAttachment.SIGNATURE_ANNOTATION, signature));
    return attachment;
  }

  /** The same, written by somebody else. */
  public static UprobeAttachment unsigned(int generation, String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeAttachment
        metadata: {name: trace-node, namespace: shop, uid: attachment-uid, generation: %d}
        spec:
          nodeName: node
          trace: {name: trace, uid: trace-uid, generation: 1}
        """
                .formatted(generation)
            + spec.indent(2),
        UprobeAttachment.class);
  }

  /** Returns the status that the only attachment has now. */
  public UprobeAttachmentStatus status() {
    AtomicReference<UprobeAttachmentStatus> found = new AtomicReference<>();
    tracer.report(
        new NodeTracer.Reports() {
          @Override
          public boolean isDue(UprobeAttachment attachment, long version) {
            return true;
          }

          @Override
          public void accept(UprobeAttachment attachment, UprobeAttachmentStatus status) {
            found.set(status);
          }
        });
    return found.get();
  }

  /** Returns the first events, once there are as many, as {@code pod: message}. */
  public List<String> await(int count) throws InterruptedException {
    return events.await(count).stream().map(this::text).toList();
  }

  /** Waits for an event, given as {@code pod: message}. */
  public void await(String event) throws InterruptedException {
    events.await(some -> some.stream().anyMatch(each -> text(each).equals(event)));
  }

  /** Returns all events that the tracer wrote until its end. */
  public List<String> finish() {
    traces.detach();
    stopReading();
    return events.all().stream().map(this::text).toList();
  }

  /**
   * Returns the functions of each event's stack, the innermost first, as {@code pod: work main}.
   */
  public List<String> stacks() {
    return events.all().stream()
        .map(
            each ->
                names.of(each).map(ContainerRef::pod).orElse("?")
                    + ": "
                    + each.stack().stream().map(Frame::name).collect(Collectors.joining(" ")))
        .toList();
  }

  /** Returns what was told of groups of calls. */
  public List<Aggregate> aggregates() {
    return events.aggregates();
  }

  private String text(Event event) {
    String pod = names.of(event).map(ContainerRef::pod).orElse("?");
    return pod + ": " + MessageRenderer.render(event);
  }

  /** Counts what this process holds of each kind of BPF object, and its perf events. */
  public static Map<String, Integer> kernelObjects() throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    try (var fds = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : fds) {
        String target = Files.isSymbolicLink(each) ? Files.readSymbolicLink(each).toString() : "";
        if (target.contains("bpf") || target.contains("perf_event")) {
          counts.merge(target, 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private void stopReading() {
    reader.stop();
    Threads.join(reading);
  }

  @Override
  public void close() throws IOException {
    poller.stop();
    Threads.join(polling);
    traces.detach();
    stopReading();
    handles.close();
    Wording.check(notices);
    // None of it through a link, each of which leads to the real /proc.
    Files.delete(proc.resolve("1"));
    for (int pid : started) {
      forget(pid);
    }
  }
}
