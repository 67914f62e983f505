package dev.uprobe.agent.node;

import static dev.uprobe.agent.node.TracedNode.attachment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.node.TracedNode.Started;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ContainerReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.RecentEvent;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of the node itself, with real processes in and outside of containers. */
@KernelTest
class HostTracesOnNodeTest {
  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          TRACED int work(int number) { return number + 1; }
          int main(void) {
            for (int i = 1;; i++) { ready(); work(i); }
          }
          """;
  private static final String LOADER =
      RunningProgram.PROLOGUE
          + """
          int main(int count, char **arguments) {
            ready();
            void *plugin = dlopen(arguments[1], RTLD_NOW);
            int (*plug)(int) = (int (*)(int))dlsym(plugin, "plug");
            for (int i = 1;; i++) { ready(); plug(i); }
          }
          """;
  private static final String CHOSEN =
      """
      static int two(int number) { return number + 2; }
      static int (*choose(void))(int) { return two; }
      int chosen(int number) __attribute__((ifunc("choose")));
      """;
  private static final String CHOOSER =
      RunningProgram.PROLOGUE
          + """
          int chosen(int number);
          int main(void) {
            for (int i = 1;; i++) { ready(); chosen(i); }
          }
          """;
  private static final String WORK =
      "- {name: work, symbol: work, signature: int work(int number), message: 'work {number}'}\n";

  @TempDir Path folder;
  private TracedNode node;
  private Path program;

  @BeforeEach
  void start() throws Exception {
    node = new TracedNode(folder);
    program = node.lab().tools().gcc("program", PROGRAM, "-static");
  }

  @AfterEach
  void end() throws Exception {
    node.close();
  }

  private static UprobeAttachment ofHost(int generation, String host, String probes) {
    return attachment(
        generation, "target: {host: {" + host + "}}\nrecentEvents: 3\nprobes:\n" + probes);
  }

  private static String ofLibrary(String binary, String symbol) {
    return "- {name: work, binary: %s, symbol: %s, signature: int %s(int number), message: 'work {number}'}\n"
        .formatted(binary, symbol, symbol);
  }

  private static void call(RunningProgram running) throws IOException {
    running.proceed();
    running.line();
  }

  private ProbeReport work() {
    return node.status().probes().get(0);
  }

  /** Refreshes as the agent does, until something holds. */
  private void refreshUntil(BooleanSupplier holds) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      node.traces().refresh();
    }
    assertTrue(holds.getAsBoolean(), () -> node.status().toString());
  }

  @Test
  void everyProcessOfTheNodeIsTracedInContainersOrNot() throws Exception {
    RunningProgram onHost = node.startOnHost(program);
    Started inPod = node.start("bank", "cart", node.lab().root("image", program));
    node.tracer().put(inPod.pod());
    node.tracer().put(ofHost(1, "comm: program", WORK));
    call(onHost);
    inPod.call();
    assertEquals(List.of("?: work 1", "cart: work 1"), node.finish());
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
    assertEquals(
        List.of(new ContainerReport(null, null, null, true, null, null, 1)),
        node.status().containers());
    assertEquals(2, work().functions());
    List<RecentEvent> newestFirst = node.status().recentEvents();
    assertEquals("cart", newestFirst.get(0).pod());
    assertNull(newestFirst.get(1).pod());
  }

  @Test
  void aProgramThatStartsLaterIsTracedAndOthersAreNot() throws Exception {
    node.tracer().put(ofHost(1, "comm: program", WORK));
    assertEquals("Attaching", work().reason());
    assertEquals("no process of the node matches target.host yet", work().message());
    assertEquals(new ContainerCounts(1, 0), node.status().summary());
    RunningProgram other = node.startOnHost(Files.copy(program, folder.resolve("another")));
    RunningProgram later = node.startOnHost(program);
    node.traces().lookAt(Set.of(other.pid(), later.pid()));
    call(other);
    call(later);
    assertEquals(List.of("?: work 1"), node.await(1));
    assertEquals(new ContainerCounts(1, 1), node.status().summary());
  }

  @Test
  void byPidOnlyThatProcessIsTraced() throws Exception {
    RunningProgram one = node.startOnHost(program);
    RunningProgram two = node.startOnHost(program);
    node.tracer().put(ofHost(1, "pid: " + two.pid(), WORK));
    call(one);
    call(two);
    call(two);
    assertEquals(List.of("?: work 1", "?: work 2"), node.finish());
    two.close();
    node.followChangesUntil(() -> "ProcessNotFound".equals(work().reason()));
    assertEquals("Process " + two.pid() + " (program) has ended", work().message());
    node.tracer().put(ofHost(2, "pid: " + two.pid(), WORK.replace("work {", "again {")));
    assertEquals("ProcessNotFound", work().reason());
  }

  @Test
  void aProgramThatIsReplacedIsFollowed() throws Exception {
    String host = "binary: " + program;
    node.tracer().put(ofHost(1, host, WORK));
    RunningProgram first = node.startOnHost(program);
    call(first);
    assertEquals(List.of("?: work 1"), node.await(1));
    Files.copy(program, folder.resolve("newer"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(folder.resolve("newer"), program, StandardCopyOption.REPLACE_EXISTING);
    RunningProgram second = node.startOnHost(program);
    node.traces().lookAt(Set.of(second.pid()));
    call(second);
    assertEquals(List.of("?: work 1", "?: work 1"), node.finish());
    assertEquals(2, work().events());
  }

  @Test
  void aProgramThatIsRewrittenInPlaceIsTracedAnew() throws Exception {
    node.tracer().put(ofHost(1, "binary: " + program, WORK));
    try (RunningProgram first = RunningProgram.start(program)) {
      call(first);
    }
    Path other = node.lab().tools().gcc("other", "int main(void) { return 0; }", "-static");
    Files.write(program, Files.readAllBytes(other), StandardOpenOption.TRUNCATE_EXISTING);
    node.followChangesUntil(() -> "SymbolNotFound".equals(work().reason()));
    Path again = node.lab().tools().gcc("again", PROGRAM, "-static", "-O2");
    Files.write(program, Files.readAllBytes(again), StandardOpenOption.TRUNCATE_EXISTING);
    node.followChangesUntil(() -> work().reason() == null);
    call(node.startOnHost(program));
    assertEquals(List.of("?: work 1", "?: work 1"), node.finish());
  }

  @Test
  void aFileWithOtherTimesIsNotAttachedToTwice() throws Exception {
    RunningProgram running = node.startOnHost(program);
    node.tracer().put(ofHost(1, "comm: program", WORK));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    node.traces().lookAt(Set.of(running.pid()));
    call(running);
    assertEquals(List.of("?: work 1"), node.finish());
    assertEquals(1, work().functions());
  }

  @Test
  void anExecutableThatIsInstalledLaterIsFound() throws Exception {
    Path later = folder.resolve("later");
    node.tracer().put(ofHost(1, "binary: " + later, WORK));
    assertEquals("FileNotFound", work().reason());
    assertEquals("There is no file " + later + " on the node; check the path", work().message());
    assertTrue(node.traces().untilNext().isPresent());
    Files.copy(program, later);
    refreshUntil(() -> work().reason() == null);
    RunningProgram running = node.startOnHost(later);
    call(running);
    assertEquals(List.of("?: work 1"), node.finish());
  }

  @Test
  void aLibraryStandsForTheFilesThatProcessesHaveAndLoadLater() throws Exception {
    Path plugin =
        node.lab()
            .tools()
            .gcc("libplug.so", "int plug(int n) { return n + 1; }", "-shared", "-fPIC");
    Path loader = node.lab().tools().gcc("loader", LOADER);
    RunningProgram onHost = node.startOnHost(loader, plugin.toString());
    call(onHost);
    node.tracer().put(ofHost(1, "comm: loader", ofLibrary("plug", "plug")));
    assertEquals(1, work().functions());
    Path copy = Files.copy(plugin, folder.resolve("libplug.so.2"));
    RunningProgram later = node.startOnHost(loader, copy.toString());
    call(later);
    node.traces().lookAt(Set.of(later.pid()));
    assertEquals(2, work().functions());
    call(onHost);
    call(later);
    assertEquals(List.of("?: work 1", "?: work 1"), node.finish());
  }

  @Test
  void mappingsThatWereNotToldAreFound() throws Exception {
    node.tracer().put(ofHost(1, "comm: program", WORK));
    RunningProgram untold = node.startOnHost(program);
    node.traces().rescan();
    call(untold);
    assertEquals(List.of("?: work 1"), node.finish());
  }

  @Test
  void anIfuncIsAttachedWhenAProcessHasChosen() throws Exception {
    Path library = node.lab().tools().gcc("libchosen.so", CHOSEN, "-shared", "-fPIC");
    Path chooser =
        node.lab()
            .tools()
            .gcc("chooser", CHOOSER, "libchosen.so", "-Wl,-z,lazy,-rpath," + library.getParent());
    RunningProgram running = node.startOnHost(chooser);
    node.tracer().put(ofHost(1, "comm: chooser", ofLibrary("chosen", "chosen")));
    assertEquals("Attaching", work().reason());
    assertTrue(work().message().contains("implementation of chosen"), work().message());
    call(running);
    refreshUntil(() -> work().reason() == null);
    call(running);
    assertEquals(List.of("?: work 2"), node.finish());
  }

  @Test
  void aMissingFunctionIsToldUntilAProcessHasIt() throws Exception {
    node.tracer().put(ofHost(1, "comm: program", WORK.replace("symbol: work", "symbol: wrok")));
    RunningProgram with = node.startOnHost(program);
    node.traces().lookAt(Set.of(with.pid()));
    assertEquals("SymbolNotFound", work().reason());
    assertTrue(work().message().contains("did you mean work"), work().message());
    node.tracer().put(ofHost(2, "comm: program", WORK));
    call(with);
    assertEquals(List.of("?: work 1"), node.finish());
  }

  @Test
  void aTraceMayChangeFromPodsToTheHostAndBack() throws Exception {
    RunningProgram onHost = node.startOnHost(program);
    Started inPod = node.start("shop", "cart", node.lab().root("image", program));
    node.tracer().put(inPod.pod());
    String pods = "target: {podSelector: {}}\nprobes:\n" + WORK;
    node.tracer().put(attachment(1, pods));
    call(onHost);
    inPod.call();
    node.await(1);
    node.tracer().put(ofHost(2, "comm: program", WORK));
    call(onHost);
    node.await(2);
    node.tracer().put(attachment(3, pods));
    call(onHost);
    inPod.call();
    assertEquals(List.of("cart: work 1", "?: work 2", "cart: work 2"), node.finish());
    assertEquals(3, work().events());
  }

  @Test
  void theExampleShowsWhatProcessesStart() throws Exception {
    String example = Files.readString(Path.of("../examples/cluster/host.yaml"));
    UprobeTrace trace = Serialization.unmarshal(example, UprobeTrace.class);
    UprobeAttachment attachment = ofHost(1, "", WORK);
    attachment.setSpec(
        new UprobeAttachmentSpec(
            "node",
            attachment.getSpec().trace(),
            trace.getSpec().target(),
            trace.getSpec().probes(),
            0,
            2));
    node.tracer().put(TracedNode.signed(attachment));
    assertNull(work().reason(), () -> work().message());
    node.lab().tools().run("sh", "-c", "/bin/true; :");
    node.await("?: sh starts /bin/true");
  }

  @Test
  void nothingIsLeftOfATraceThatIsDeleted() throws Exception {
    RunningProgram running = node.startOnHost(program);
    Map<String, Integer> before = TracedNode.kernelObjects();
    UprobeAttachment attachment = ofHost(1, "comm: program", WORK);
    node.tracer().put(attachment);
    assertNotEquals(before, TracedNode.kernelObjects());
    node.tracer().remove(attachment);
    assertEquals(before, TracedNode.kernelObjects());
    call(running);
    assertEquals(List.of(), node.finish());
    assertEquals(List.of(), List.copyOf(node.notices()));
  }
}
