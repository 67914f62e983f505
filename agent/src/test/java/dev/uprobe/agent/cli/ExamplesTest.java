package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs every file of examples/ by the command line, on the programs that they are about; {@link
 * OtherProgramsTest} runs some of them.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final String HEAD = "TIME(s)            COMM             PID    MESSAGE";

  @TempDir static Path folder;

  @BeforeAll
  static void compile() throws Exception {
    String source = Files.readString(EXAMPLES.resolve("target-sample.c"));
    Toolchain tools = new Toolchain(folder);
    tools.gcc("target-sample", source, "-O1", "-g");
    String structs = Files.readString(EXAMPLES.resolve("struct-sample.c"));
    tools.gcc("struct-sample", structs, "-O1", "-g");
    String cpp = Files.readString(EXAMPLES.resolve("cpp-sample.cc"));
    tools.compile("g++", "cpp-sample", "cc", cpp, "-O1");
    tools.gcc(
        "stack-sample",
        Files.readString(EXAMPLES.resolve("stack-sample.c")),
        "-O1",
        "-fno-omit-frame-pointer",
        "-fno-optimize-sibling-calls");
    String usdt = Files.readString(EXAMPLES.resolve("usdt-sample.cc"));
    tools.compile("g++", "usdt-sample", "cc", usdt, "-O1");
    tools.go("go-sample", Files.readString(EXAMPLES.resolve("go-sample.go")), "-ldflags=-s -w");
    tools.compile(
        "rustc", "rust-sample", "rs", Files.readString(EXAMPLES.resolve("rust-sample.rs")));
  }

  @Test
  void everyExampleIsRun() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      assertEquals(
          Set.of(
              "target-sample",
              "call",
              "strlen",
              "where",
              "getenv",
              "write",
              "cpp",
              "functions",
              "go",
              "rust",
              "usdt",
              "auto",
              "malloc",
              "latency",
              "stack",
              "tls",
              "postgresql",
              "read",
              "fields",
              "offsets",
              "limit"),
          files
              .map(each -> each.getFileName().toString())
              .filter(each -> each.endsWith(".yaml"))
              .map(each -> each.replace(".yaml", ""))
              .collect(Collectors.toSet()));
    }
  }

  @KernelTest
  @Test
  void theTutorialsFirstExampleReadsWordForWord() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("text", example("target-sample"))) {
      Process program = startSample();
      // The first call may come before the probe: the trace knows the program only by its name.
      List<String> lines = tracer.awaitLines(each -> each.contains("return value = 3"));
      program.destroy();

      assertEquals(HEAD, lines.get(0));
      String columns = "\\d+\\.\\d{9} +target-sample    " + program.pid() + " +";
      List<String> last = lines.subList(lines.size() - 4, lines.size());
      assertTrue(last.get(0).matches(columns + "arg = 2"), last.get(0));
      assertTrue(last.get(1).matches(columns + "return value = 2"), last.get(1));
      assertTrue(last.get(2).matches(columns + "arg = 3"), last.get(2));
      assertTrue(last.get(3).matches(columns + "return value = 3"), last.get(3));
    }
  }

  @KernelTest
  @Test
  void aCallIsOneEventWithItsDuration() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("call"))) {
      Process program = startSample();
      List<String> lines = tracer.awaitLines(each -> each.contains("took"));
      program.destroy();

      String last = messages(lines).get(lines.size() - 1);
      assertTrue(last.matches("func\\((\\d+)\\) = \\1, took [0-9.]+(ns|us|ms)"), last);
    }
  }

  @KernelTest
  @Test
  void everyStringThatLsMeasuresIsShownWithItsRealLength() throws Exception {
    Files.writeString(folder.resolve("seventeen-letters"), "");
    try (RunningTracer tracer = RunningTracer.start("text", example("strlen"))) {
      new Toolchain(folder).run("ls", folder.toString());
      List<String> lines =
          tracer.awaitLines(each -> each.contains("strlen(\"seventeen-letters\") = 17"));

      assertEquals(HEAD, lines.get(0));
      assertTrue(lines.get(lines.size() - 1).matches("\\S+ +ls +\\d+ +strlen.*"));
    }
  }

  @KernelTest
  @Test
  void onlyCallsThatHoldAreShown() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("where"))) {
      Process program = startSample();
      List<String> messages = messages(tracer.awaitLines(each -> each.contains("odd: 5")));
      program.destroy();

      assertEquals(
          List.of("odd: 3", "odd: 5"), messages.subList(messages.size() - 2, messages.size()));
    }
  }

  @KernelTest
  @Test
  void variablesThatAreSetAndNotSetAreTold() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("getenv"))) {
      new ProcessBuilder("env", "-i", "QUOTING_STYLE=literal", "ls", folder.toString())
          .start()
          .waitFor();
      // ls asks for this one first, as getopt does.
      tracer.awaitLines(each -> each.contains("POSIXLY_CORRECT is not set"));
      tracer.awaitLines(each -> each.contains("QUOTING_STYLE=literal"));
    }
  }

  @KernelTest
  @Test
  void bytesAreShownAsFarAsTheyAreKept() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("write"))) {
      Process program = startSample();
      List<String> lines = tracer.awaitLines(each -> each.contains("write(1,"));
      program.destroy();

      JsonNode event = new ObjectMapper().readTree(lines.get(0));
      // "func(1) = 1" and a line end: twelve bytes, of which eight are kept.
      assertEquals("66756e6328312920", event.at("/args/data").asText());
      assertEquals(12, event.at("/args/count").asInt());
      assertEquals(12, event.at("/return").asInt());
      assertEquals("data", event.at("/cut/0").asText());
    }
  }

  @KernelTest
  @Test
  void methodsAreFoundByTheirNames() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("cpp"))) {
      Process program = start("cpp-sample");
      tracer.awaitLines(each -> each.contains("shop::Cart::add 2\""));
      List<String> messages =
          messages(tracer.awaitLines(each -> each.contains("shop::Cart::add 300\"")));
      program.destroy();

      String byName = "shop::Cart::add(std::string const&, int)";
      assertTrue(messages.contains("shop::Cart::add(int)"), messages.toString());
      assertTrue(messages.contains(byName), messages.toString());
      assertTrue(messages.contains("shop::Cart::add 3"), messages.toString());
    }
  }

  @KernelTest
  @Test
  void callsOfGoAreShownWithTheirStringsAndErrors() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("go"))) {
      Process program = start("go-sample");
      tracer.awaitLines(each -> each.contains("no charge of 3 for acme"));
      List<String> lines = tracer.awaitLines(each -> each.contains("charge acme 4 = "));
      program.destroy();

      String last = messages(lines).get(lines.size() - 1);
      assertTrue(last.matches("charge acme 4 = 7 in [0-9.]+(ns|us|ms)"), last);
      assertEquals(
          "main.(*Cart).Charge",
          new ObjectMapper().readTree(lines.get(0)).at("/function").asText());
    }
  }

  @KernelTest
  @Test
  void callsOfRustAreShownWithTheirStringsAndPanicsPass() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("rust"))) {
      Process program = start("rust-sample");
      List<String> lines = tracer.awaitLines(each -> each.contains("charge acme 4 = 7"));
      program.destroy();

      assertTrue(messages(lines).stream().noneMatch(each -> each.startsWith("charge acme 3")));
    }
  }

  @KernelTest
  @Test
  void staticProbesOfAProgramAndOfItsLibraryAreShown() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("usdt"))) {
      Process program = start("usdt-sample");
      List<String> messages =
          messages(tracer.awaitLines(each -> each.contains("throws St13runtime_error")));
      program.destroy();

      assertEquals("order of acme: 3", messages.get(messages.size() - 2));
    }
  }

  @KernelTest
  @Test
  void sizesOfMallocAreAHistogramForEachProgram() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("text", example("malloc"))) {
      // Both this one and its lines come from malloc.
      new Toolchain(folder).run("ls", folder.toString());
      tracer.signal("INT");
      tracer.awaitLines(each -> each.matches("\\S+ +sizes\\[comm=ls]: \\d+ calls; size p50 .*"));
      List<String> lines = tracer.awaitLines(String::isEmpty);

      assertTrue(lines.stream().anyMatch(each -> each.matches("\\[16, 32\\) +\\d+ \\|@+ *\\|")));
    }
  }

  @KernelTest
  @Test
  void aStackFollowsItsEvent() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("text", example("stack"))) {
      Process program = start("stack-sample");
      tracer.awaitLines(each -> each.endsWith("load(\"cart\")"));
      List<String> frames = tracer.awaitLines(each -> each.contains("main"));
      program.destroy();

      assertEquals("    load+0x0 (stack-sample)", frames.get(0));
      assertTrue(frames.get(1).matches("    buy\\+0x[0-9a-f]+ \\(stack-sample\\)"));
      assertTrue(frames.get(2).matches("    main\\+0x[0-9a-f]+ \\(stack-sample\\)"));
    }
  }

  @KernelTest
  @Test
  void equalStacksAreCountedForAFlameGraph() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("folded", example("stack"))) {
      Process program = start("stack-sample");
      // Nothing is written before the end, so another tracer tells how far the program is.
      try (RunningTracer other = RunningTracer.start("text", example("stack"))) {
        other.awaitLines(each -> each.endsWith("load(\"cart\")"));
      }
      program.destroy();
      program.waitFor();
      tracer.signal("INT");

      tracer.awaitLines(each -> each.matches("stack-sample;(.*;)?main;browse;load \\d+"));
      tracer.awaitLines(each -> each.matches("stack-sample;(.*;)?main;buy;load \\d+"));
      assertEquals(0, tracer.exitStatus());
    }
  }

  @KernelTest
  @Test
  void typesComeFromTheDebugInformation() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("auto"))) {
      Process program = startSample();
      List<String> messages = messages(tracer.awaitLines(each -> each.contains("counter=3")));
      program.destroy();

      String last = messages.get(messages.size() - 1);
      assertTrue(last.matches("func\\(counter=3\\) = 3 \\[.+\\]"), last);
    }
  }

  @KernelTest
  @Test
  void durationsOfWritesAreAHistogramForEachProgramAndFile() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example("latency"))) {
      Process program = startSample();
      List<String> lines =
          tracer.awaitLines(each -> each.contains("\"by\":{\"comm\":\"target-sample\",\"fd\":1}"));
      program.destroy();
      tracer.signal("INT");
      tracer.awaitLines(
          each ->
              each.contains("\"by\":{\"comm\":\"target-sample\",\"pid\":" + program.pid() + "}"));

      JsonNode group = new ObjectMapper().readTree(lines.get(lines.size() - 1));
      assertEquals("duration", group.get("histogram").asText());
      assertEquals("ns", group.get("unit").asText());
      long count = 0;
      for (JsonNode bucket : group.get("buckets")) {
        count += bucket.get("count").asLong();
      }
      assertTrue(count > 0 && count == group.get("count").asLong(), group::toString);
      assertTrue(group.get("p50").asLong() <= group.get("max").asLong(), group::toString);
    }
  }

  @KernelTest
  @Test
  void whatIsReadIsSeenWhenReadReturns() throws Exception {
    Path file = Files.writeString(folder.resolve("greeting"), "hello, world; and more");
    try (RunningTracer tracer = RunningTracer.start("text", example("read"))) {
      new Toolchain(folder).run("cat", file.toString());
      tracer.awaitLines(each -> each.endsWith("= 22: 68656c6c6f2c20776f726c643b20616e..."));
    }
  }

  @KernelTest
  @ParameterizedTest
  @ValueSource(strings = {"fields", "offsets"})
  void fieldsOfStructsAreShownByNameAndByOffset(String name) throws Exception {
    try (RunningTracer tracer = RunningTracer.start("json", example(name))) {
      Process program = start("struct-sample");
      List<String> lines = tracer.awaitLines(each -> each.contains("acme"));
      program.destroy();

      assertEquals(
          List.of("charge acme (AC-1) 1999 cents, tags [1, 2, 3], rate 0.25, 3001 left"),
          messages(lines));
    }
  }

  @KernelTest
  @Test
  void aLimitLeavesOutAndCounts() throws Exception {
    try (RunningTracer tracer = RunningTracer.start("text", example("limit"))) {
      new Toolchain(folder).run("ls", "-l", "/usr/bin");
      tracer.awaitLines(each -> each.contains("bytes"));
      tracer.signal("INT");
      tracer.awaitNotice(each -> each.startsWith("PROBE"));
      List<String> row = tracer.awaitNotice(each -> each.startsWith("limit/malloc"));

      String[] counts = row.get(0).split(" +");
      long hits = Long.parseLong(counts[2]);
      long events = Long.parseLong(counts[3]);
      assertTrue(events > 0 && events <= 1 + hits / 10, row::toString);
      assertEquals(hits - events, Long.parseLong(counts[5]), row::toString);
    }
  }

  @KernelTest
  @Test
  void functionsOfAGlobAreCountedAndThoseOfAListShown() throws Exception {
    Path file = Files.writeString(folder.resolve("words"), "b\na\n");
    try (RunningTracer tracer = RunningTracer.start("json", example("functions"))) {
      new Toolchain(folder).run("sort", file.toString());
      new Toolchain(folder).run("id");
      tracer.awaitLines(each -> each.contains("fopen with mode r = 0x"));
      tracer.signal("INT");
      tracer.awaitLines(each -> each.contains("\"by\":{\"function\":\"geteuid\",\"comm\":\"id\"}"));
    }
  }

  private static Process startSample() throws IOException {
    return start("target-sample");
  }

  private static Process start(String name) throws IOException {
    return new ProcessBuilder(folder.resolve(name).toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String example(String name) {
    return EXAMPLES.resolve(name + ".yaml").toString();
  }

  private static List<String> messages(List<String> lines) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> messages = new ArrayList<>();
    for (String line : lines) {
      messages.add(mapper.readTree(line).path("message").asText());
    }
    return messages;
  }
}
