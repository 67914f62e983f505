package dev.uprobe.agent.node;

import static dev.uprobe.agent.node.TracedNode.attachment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.containers.NodePod;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.metrics.TraceStatus;
import dev.uprobe.agent.node.TracedNode.Started;
import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.api.v1alpha1.BucketReport;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real containers, of pods that are made up. */
@KernelTest
class NodeTracerTest {
  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          TRACED int work(int number) { return number + 1; }
          TRACED int rest(int number) { return number + 2; }
          int main(void) {
            for (int i = 1;; i++) { ready(); work(i); rest(i); }
          }
          """;

  private static final String WORK =
      "- {name: work, symbol: work, signature: int work(int number), message: 'work {number}'}\n";
  private static final String REST =
      "- {name: rest, symbol: rest, signature: int rest(int number), message: 'rest {number}'}\n";

  @TempDir Path folder;
  private TracedNode node;
  private Path image;

  @BeforeEach
  void start() throws Exception {
    node = new TracedNode(folder);
    image = node.lab().root("image", node.lab().tools().gcc("program", PROGRAM, "-static"));
  }

  @AfterEach
  void end() throws Exception {
    node.close();
  }

  private static UprobeAttachment ofApp(String app, int generation, String probes) {
    return attachment(
        generation,
        "target: {podSelector: {matchLabels: {app: "
            + app
            + "}}}\nrecentEvents: 3\nprobes:\n"
            + probes);
  }

  private static UprobeAttachment ofAll(int generation, String probes) {
    return attachment(generation, "target: {podSelector: {}}\nrecentEvents: 3\nprobes:\n" + probes);
  }

  private Started start(String namespace, String pod) throws Exception {
    Started started = node.start(namespace, pod, image);
    node.tracer().put(started.pod());
    return started;
  }

  private ProbeReport report(String probe) {
    return node.status().probes().stream()
        .filter(each -> each.name().equals(probe))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void containersOfOneImageAreToldApart() throws Exception {
    Started selected = start("shop", "cart");
    Started otherLabel = start("shop", "stock");
    Started otherNamespace = start("bank", "cart");
    node.tracer().put(ofApp("cart", 1, WORK));
    otherLabel.call();
    otherNamespace.call();
    selected.call();
    assertEquals(List.of("cart: work 1"), node.finish());
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
    assertEquals(1, report("work").hits());
  }

  @Test
  void stacksAreNamedByTheContainersOwnFiles() throws Exception {
    String called = PROGRAM.replace("int main", "TRACED void %s(int i) { work(i); }\nint main");
    List<Started> running = new ArrayList<>();
    for (String pod : List.of("cart", "stock")) {
      String source = called.formatted(pod).replace("work(i); rest(i)", pod + "(i)");
      Path program =
          node.lab()
              .tools()
              .gcc(
                  pod,
                  source,
                  "-static",
                  "-O1",
                  "-fno-omit-frame-pointer",
                  "-fno-optimize-sibling-calls");
      Started started = node.start("shop", pod, node.lab().root("image-" + pod, program));
      node.tracer().put(started.pod());
      running.add(started);
    }
    node.tracer().put(ofAll(1, "- {name: work, symbol: work, message: work, stack: 3}\n"));
    for (Started each : running) {
      each.call();
    }
    node.await(2);
    node.finish();

    assertEquals(List.of("cart: work cart main", "stock: work stock main"), node.stacks());
    // What is reported is short: messages without stacks.
    assertEquals(
        List.of("work", "work"),
        node.status().recentEvents().stream().map(RecentEvent::message).toList());
  }

  @Test
  void aFileIsProbedOnceHoweverManyContainersShareIt() throws Exception {
    Started cart = start("shop", "cart");
    Started stock = start("shop", "stock");
    node.tracer().put(ofAll(1, WORK));
    assertEquals(new ContainerCounts(2, 2), node.status().summary());
    assertEquals(1, report("work").functions());
    cart.call();
    stock.call();
    assertEquals(List.of("cart: work 1", "stock: work 1"), node.finish());
  }

  @Test
  void metricsTellWhatTheStatusTells() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, WORK));
    cart.call();
    node.await(1);
    List<TraceStatus> statuses = node.tracer().statuses();
    assertEquals(List.of(new TraceStatus("shop", "trace", node.status())), statuses);
    assertEquals(1, statuses.get(0).status().probes().get(0).hits());
    assertEquals(0, node.probes().lost());
  }

  @Test
  void fieldsOfStructsAreFoundByTheDebugInformationOfTheContainersFile() throws Exception {
    String source =
        RunningProgram.PROLOGUE
            + """
            struct order { long id; const char *customer; };
            TRACED int work(struct order *order) { return order->id; }
            int main(void) {
              struct order order = {7, "acme"};
              for (;;) { ready(); work(&order); }
            }
            """;
    String probe =
        "- {name: work, symbol: work, args: [{name: who, value: order->%s}], message: 'work {who}'}\n";
    image =
        node.lab().root("orders-image", node.lab().tools().gcc("orders", source, "-static", "-g"));
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, probe.formatted("custommer")));
    String message = node.status().containers().get(0).message();
    assertTrue(message.contains("struct order has no field custommer"), message);
    node.tracer().put(ofAll(2, probe.formatted("customer")));
    cart.call();
    assertEquals(List.of("cart: work acme"), node.finish());
  }

  @Test
  void podsThatComeAndGoAreFollowed() throws Exception {
    node.tracer().put(ofAll(1, WORK));
    assertEquals(new ContainerCounts(0, 0), node.status().summary());
    Started cart = start("shop", "cart");
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
    cart.call();
    node.await(1);
    node.tracer().remove(cart.pod());
    cart.call();
    assertEquals(List.of("cart: work 1"), node.finish());
    assertEquals(new ContainerCounts(0, 0), node.status().summary());
  }

  @Test
  void aRestartedContainerIsTracedFromItsProgramsStart() throws Exception {
    Started first = start("shop", "cart");
    node.tracer().put(ofAll(1, WORK));
    first.call();
    node.await(1);
    node.end(first);
    String id = "b".repeat(64);
    Started second = node.start("shop", "cart", id, image);
    node.tracer().put(second.pod());
    node.follow(second);
    second.call();
    assertEquals(List.of("cart: work 1", "cart: work 1"), node.finish());
    assertEquals(
        List.of(id),
        node.status().containers().stream().map(ContainerReport::containerId).toList());
    assertEquals(1, report("work").functions());
  }

  @Test
  void aContainerIsFoundByItsFirstProcess() throws Exception {
    node.tracer().put(ofAll(1, WORK));
    Started cart = node.start("shop", "cart", image);
    // Before the status of the pod names the container.
    NodePod told = cart.pod();
    node.tracer()
        .put(
            new NodePod(
                told.uid(), "shop", "cart", told.labels(), Map.of(), told.containerNames()));
    node.follow(cart);
    cart.call();
    assertEquals(List.of("cart: work 1"), node.finish());
  }

  @Test
  void aChangeReplacesOnlyWhatChanged() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, REST + WORK));
    cart.call();
    node.await(2);
    Map<String, Integer> before = numbers();
    node.tracer().put(ofAll(2, REST.replace("rest {number}", "idle {number}") + WORK));
    assertEquals(before.get("work"), numbers().get("work"));
    assertNotEquals(before.get("rest"), numbers().get("rest"));
    cart.call();
    assertEquals(
        List.of("cart: work 1", "cart: rest 1", "cart: work 2", "cart: idle 2"), node.finish());
    UprobeAttachmentStatus status = node.status();
    assertEquals(2, status.observedGeneration());
    assertEquals(List.of("rest", "work"), status.probes().stream().map(ProbeReport::name).toList());
    assertEquals(List.of(2L, 2L), status.probes().stream().map(ProbeReport::events).toList());
  }

  private Map<String, Integer> numbers() {
    return node.probes().probes().stream()
        .map(AttachedProbe::probe)
        .collect(Collectors.toMap(each -> each.plan().name(), each -> each.number()));
  }

  @Test
  void countsAndEventsCarryOnFromAnotherAgent() throws Exception {
    Started cart = start("shop", "cart");
    UprobeAttachment attachment = ofAll(1, WORK);
    attachment.setStatus(
        new UprobeAttachmentStatus(
            1L,
            new ContainerCounts(1, 1),
            List.of(),
            List.of(new ProbeReport("work", 1, 50, 40, 10, 3, 2, null, null, null)),
            List.of(new RecentEvent("2029-12-31T23:59:59Z", "old", "main", "work", "p", 7, "m")),
            null,
            null));
    node.tracer().put(attachment);
    cart.call();
    node.await(1);
    assertEquals(List.of("cart: work 1"), node.finish());
    assertEquals(new ProbeReport("work", 1, 51, 41, 10, 3, 2, null, null, null), report("work"));
    assertEquals(
        List.of("cart", "old"),
        node.status().recentEvents().stream().map(RecentEvent::pod).toList());
  }

  private static String histogram(String more) {
    return "- {name: work, symbol: work, signature: int work(int number), aggregate: {histogram:"
        + " number, by: [container]"
        + more
        + "}}\n";
  }

  private static Bucket bucket(BucketReport report) {
    return new Bucket(OptionalLong.of(report.min()), OptionalLong.of(report.max()), report.count());
  }

  private static AggregateReport kept(String of, int max, BucketReport... buckets) {
    Distribution kept =
        new Distribution(
            Stream.of(buckets).map(NodeTracerTest::bucket).toList(), 0, OptionalLong.of(max));
    return Reports.report(of, kept);
  }

  @Test
  void whatTheKernelKeepsIsToldByContainerAndReportedOverAll() throws Exception {
    Started cart = start("shop", "cart");
    Started stock = start("shop", "stock");
    node.tracer().put(ofAll(1, histogram("")));
    cart.call();
    cart.call();
    stock.call();
    AggregateReport report = report("work").aggregate();
    assertEquals("number", report.of());
    assertEquals(
        List.of(new BucketReport(1L, 1L, 2), new BucketReport(2L, 3L, 1)), report.buckets());
    assertEquals(2, report.max());
    assertEquals(List.of(), node.finish());
    assertEquals(
        List.of("shop/stock: 1 [1]", "shop/cart: 2 [1, 2]"),
        node.aggregates().stream()
            .map(
                each ->
                    each.origin().get().namespace()
                        + "/"
                        + each.origin().get().pod()
                        + ": "
                        + each.kept().count()
                        + " "
                        + each.kept().buckets().stream()
                            .map(bucket -> bucket.min().getAsLong())
                            .toList())
            .toList());
    assertEquals(report, report("work").aggregate());
  }

  @Test
  void whatWasKeptCarriesOnUntilSomethingElseIsAggregated() throws Exception {
    Started cart = start("shop", "cart");
    UprobeAttachment attachment = ofAll(1, histogram(""));
    AggregateReport earlier = kept("number", 9, new BucketReport(8L, 15L, 7));
    attachment.setStatus(
        new UprobeAttachmentStatus(
            1L,
            new ContainerCounts(1, 1),
            List.of(),
            List.of(new ProbeReport("work", 1, 7, 0, 0, 0, 0, null, null, earlier)),
            List.of(),
            null,
            null));
    node.tracer().put(attachment);
    cart.call();
    List<BucketReport> both = List.of(new BucketReport(1L, 1L, 1), new BucketReport(8L, 15L, 7));
    assertEquals(both, report("work").aggregate().buckets());
    node.tracer().put(ofAll(2, histogram("").replace("[container]", "[pid]")));
    assertEquals(both, report("work").aggregate().buckets());
    node.tracer().put(ofAll(3, histogram(", linear: {width: 10, count: 2}")));
    assertEquals(List.of(), report("work").aggregate().buckets());
    cart.call();
    assertEquals(List.of(new BucketReport(0L, 9L, 1)), report("work").aggregate().buckets());
  }

  @Test
  void nothingIsLeftOfAnAttachmentThatIsDeleted() throws Exception {
    Started cart = start("shop", "cart");
    Map<String, Integer> before = TracedNode.kernelObjects();
    UprobeAttachment attachment = ofAll(1, REST + WORK);
    node.tracer().put(attachment);
    assertNotEquals(before, TracedNode.kernelObjects());
    node.tracer().put(ofAll(2, REST));
    node.tracer().remove(attachment);
    assertEquals(before, TracedNode.kernelObjects());
    cart.call();
    assertEquals(List.of(), node.finish());
  }

  @Test
  void aSpecThatBecomesInvalidDetaches() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, WORK));
    cart.call();
    node.await(1);
    node.tracer().put(ofAll(2, "- {name: work, symbol: work, signature: 'int work(int'}\n"));
    cart.call();
    ProbeReport failed = report("work");
    assertEquals("AttachFailed", failed.reason());
    assertTrue(failed.message().contains("spec.probes[0].signature"), failed.message());
    assertEquals(1, failed.events());
    node.tracer().put(ofAll(3, WORK));
    cart.call();
    assertEquals(List.of("cart: work 1", "cart: work 3"), node.finish());
    assertEquals(2, report("work").events());
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
  }

  @Test
  void oneProbeThatFailsDoesNotStopTheOthers() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, WORK + REST.replace("symbol: rest", "symbol: rset")));
    cart.call();
    assertEquals(List.of("cart: work 1"), node.await(1));
    UprobeAttachmentStatus status = node.status();
    assertEquals(new ContainerCounts(1, 0), status.summary());
    ContainerReport container = status.containers().get(0);
    assertFalse(container.ready());
    assertEquals(1, container.attachedProbes());
    assertEquals("SymbolNotFound", container.reason());
    assertTrue(container.message().contains("has no function rset"), container.message());
    assertTrue(node.traces().untilNext().isPresent());
  }

  @Test
  void aMissingLibraryIsSaid() throws Exception {
    start("shop", "cart");
    node.tracer()
        .put(
            ofAll(
                1, "- {name: len, binary: c, symbol: strlen, signature: long strlen(char *s)}\n"));
    assertEquals("FileNotFound", report("len").reason());
    assertTrue(
        report("len").message().startsWith("No process of the container uses a library c"),
        report("len").message());
  }

  @Test
  void noEventDataIsKeptWhereNoneIsWanted() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(ofAll(1, WORK));
    cart.call();
    node.await(1);
    UprobeAttachment none =
        attachment(2, "target: {podSelector: {}}\nrecentEvents: 0\nprobes:\n" + WORK);
    node.tracer().put(none);
    cart.call();
    node.await(2);
    node.finish();
    assertEquals(List.of(), node.status().recentEvents());
    assertEquals(List.of(), List.copyOf(node.notices()));
  }

  @Test
  void whatTheOperatorHasNotSignedIsNotCarriedOut() throws Exception {
    Started cart = start("shop", "cart");
    UprobeAttachment forged = TracedNode.unsigned(1, "target: {podSelector: {}}\nprobes:\n" + WORK);
    node.tracer().put(forged);
    node.tracer().put(forged);
    cart.call();
    assertEquals(List.of(), node.finish());
    assertTrue(node.traces().isEmpty());
    assertEquals(1, node.notices().size());
    assertTrue(
        node.notices().peek().startsWith("UprobeAttachment shop/trace-node: the operator did not"),
        node.notices().peek());
    ContainerReport report = node.status().containers().get(0);
    assertEquals("NotSigned", report.reason());
    assertFalse(report.ready());
  }

  @Test
  void onceItIsSignedItIsCarriedOut() throws Exception {
    Started cart = start("shop", "cart");
    node.tracer().put(TracedNode.unsigned(1, "target: {podSelector: {}}\nprobes:\n" + WORK));
    node.tracer().put(attachment(1, "target: {podSelector: {}}\nprobes:\n" + WORK));
    cart.call();
    assertEquals(List.of("cart: work 1"), node.finish());
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
  }

  @Test
  void whoeverChangesASignedOneEndsIt() throws Exception {
    Started cart = start("shop", "cart");
    UprobeAttachment signed = ofAll(1, WORK);
    node.tracer().put(signed);
    UprobeAttachment changed = TracedNode.unsigned(2, "target: {host: {}}\nprobes:\n" + WORK);
    changed.getMetadata().setAnnotations(signed.getMetadata().getAnnotations());
    node.tracer().put(changed);
    cart.call();
    assertEquals(List.of(), node.finish());
    assertEquals("NotSigned", node.status().containers().get(0).reason());
  }

  @Test
  void anAttachmentWhoseDeletionIsHeldUpEndsAllTheSame() throws Exception {
    Started cart = start("shop", "cart");
    UprobeAttachment signed = ofAll(1, WORK);
    node.tracer().put(signed);
    signed.getMetadata().setDeletionTimestamp("2030-01-01T00:00:00Z");
    signed.getMetadata().setFinalizers(List.of("example.com/never"));
    node.tracer().put(signed);
    cart.call();
    assertEquals(List.of(), node.finish());
    assertTrue(node.traces().isEmpty());
  }
}
