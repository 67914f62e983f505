package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Label;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel keeps, against what the traced programs say of their calls themselves. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregatesTest {
  private static final String THREADS =
      RunningProgram.PROLOGUE
          + """
          #define CALLS 125000
          TRACED void work(uint64_t size) { (void)size; }
          static uint64_t buckets[8][66], sums[8];
          static void *run(void *number) {
            uint64_t thread = (uintptr_t)number, state = thread + 1;
            for (uint64_t i = 0; i < CALLS; i++) {
              state = state * 6364136223846793005u + 1442695040888963407u;
              uint64_t size = state >> 33 >> (i % 31);
              work(size);
              buckets[thread][size ? 65 - __builtin_clzl(size) : 1]++;
              sums[thread] += size;
            }
            return NULL;
          }
          int main(void) {
            pthread_t threads[8];
            ready();
            for (uintptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, run, (void *)i);
            for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
            uint64_t sum = 0;
            for (int b = 0; b < 66; b++) {
              uint64_t count = 0;
              for (int t = 0; t < 8; t++) count += buckets[t][b];
              if (count) printf("%lu %lu\\n", b < 2 ? 0 : 1ul << (b - 2), count);
            }
            for (int t = 0; t < 8; t++) sum += sums[t];
            printf("sum %lu\\n", sum);
          }
          """;

  /** Calls a function of each type with all numbers at which a bucket begins or ends. */
  private static final String EDGES =
      RunningProgram.PROLOGUE
          + """
          #define FUNCTION(type) \\
            TRACED void of_##type(type number) { (void)number; } \\
            static void all_##type(void) { \\
              for (int bit = 0; bit < (int)sizeof(type) * 8; bit++) \\
                for (int add = -1; add <= 1; add++) { \\
                  of_##type((type)((1ull << bit) + add)); \\
                  of_##type((type)-((1ull << bit) + add)); \\
                } \\
              of_##type(0); \\
            }
          FUNCTION(int8_t) FUNCTION(uint8_t) FUNCTION(int16_t) FUNCTION(uint16_t)
          FUNCTION(int32_t) FUNCTION(uint32_t) FUNCTION(int64_t) FUNCTION(uint64_t)
          int main(void) {
            ready();
            all_int8_t(); all_uint8_t(); all_int16_t(); all_uint16_t();
            all_int32_t(); all_uint32_t(); all_int64_t(); all_uint64_t();
          }
          """;

  private static final String ORDERS =
      RunningProgram.PROLOGUE
          + """
          TRACED int order(const char *customer, int cents, bool paid) { (void)customer; (void)paid; return -cents; }
          TRACED int refund(const char *customer, int cents, bool paid) { (void)customer; (void)paid; return cents; }
          int main(int argc, char **argv) {
            ready();
            if (argc > 1) prctl(PR_SET_NAME, argv[1]);
            for (int i = 0; i < 5; i++) order("ann", 100 * i, true);
            for (int i = 0; i < 3; i++) order("bob", -7, false);
            order("a customer whose name is long 32, and longer", 1, true);
            order("a customer whose name is long 32 and other", 1, true);
            order("a customer whose name is long 32", 1, true);
            order(NULL, 1, true);
            order((char *)8, 1, true);
            refund("ann", 250, true);
          }
          """;

  private static final String SLOW =
      RunningProgram.PROLOGUE
          + """
          #include <time.h>
          static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
          static uint64_t inner;
          TRACED int slow(int micros, int depth) {
            uint64_t begin = now();
            usleep(micros);
            int result = depth ? slow(micros, depth - 1) : 0;
            inner += now() - begin;
            return result;
          }
          int main(void) {
            ready();
            uint64_t outer = 0;
            for (int i = 0; i < 20; i++) { uint64_t begin = now(); slow(1000, 0); outer += now() - begin; }
            printf("%lu\\n%lu\\n", inner, outer);
            slow(100, 9);
          }
          """;

  private static final String MANY =
      RunningProgram.PROLOGUE
          + """
          TRACED void visit(unsigned number) { (void)number; }
          int main(void) {
            ready();
            for (int round = 0; round < 2; round++) for (unsigned i = 0; i < 1500; i++) visit(i);
          }
          """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  AggregatesTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  @Test
  void everyCallOfAMillionFromEightThreadsIsInItsBucket() throws Exception {
    Path file = tools.gcc("million", THREADS, "-pthread", "-O2");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: work, symbol: work, signature: void work(uint64_t size), aggregate: {histogram: size}}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> lines = program.finish();
      host.finish();
      Distribution kept = only(host).kept();

      assertEquals(1_000_000, kept.count());
      assertEquals(
          lines.subList(0, lines.size() - 1),
          kept.buckets().stream()
              .map(each -> each.min().getAsLong() + " " + each.count())
              .toList());
      assertEquals(lines.get(lines.size() - 1), "sum " + kept.sum());
      assertEquals(new Counters(1_000_000, 0, 0, 0, 0, 0), host.counters("work"));
      assertEquals(List.of(), host.events().all());
    }
  }

  @Test
  void numbersOfEveryTypeAreInTheBucketWhoseEndsTheyAreWithin() throws Exception {
    Path file = tools.gcc("edges", EDGES);
    List<String> types =
        List.of(
            "int8_t",
            "uint8_t",
            "int16_t",
            "uint16_t",
            "int32_t",
            "uint32_t",
            "int64_t",
            "uint64_t");
    String probes =
        types.stream()
            .map(
                type ->
                    """
                    - {name: %s, symbol: of_%s, signature: void f(%s n), aggregate: {histogram: n}}
                    """
                        .formatted(type.replace('_', '-'), type, type))
            .collect(Collectors.joining());
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host =
            TracedHost.start(
                bpf, "target: {host: {binary: %s}}\nprobes:\n".formatted(file) + probes)) {
      program.finish();
      host.finish();
      for (String type : types) {
        Distribution kept = of(host, type.replace('_', '-')).get(0).kept();
        int bits = Integer.parseInt(type.replaceAll("\\D", ""));
        boolean signed = !type.startsWith("u");
        assertEquals(sorted(edges(bits, signed), signed), counts(kept), type);
        long max = signed || bits < 64 ? (1L << (signed ? bits - 1 : bits)) - 1 : Long.MAX_VALUE;
        assertEquals(max, kept.max().getAsLong(), type);
      }
    }
  }

  /** The numbers that the program calls with, as 64 bits. */
  private static List<Long> edges(int bits, boolean signed) {
    List<Long> numbers = new ArrayList<>(List.of(0L));
    for (int bit = 0; bit < bits; bit++) {
      for (int add = -1; add <= 1; add++) {
        numbers.add((1L << bit) + add);
        numbers.add(-((1L << bit) + add));
      }
    }
    int unused = Long.SIZE - bits;
    return numbers.stream()
        .map(each -> signed ? each << unused >> unused : each << unused >>> unused)
        .toList();
  }

  /** Counts numbers by the least one of their buckets, which this finds in another way. */
  private static Map<String, Long> sorted(List<Long> numbers, boolean signed) {
    Map<String, Long> counts = new TreeMap<>();
    for (long each : numbers) {
      String least = Long.toString(Long.highestOneBit(each));
      if (each < 0) {
        least = signed ? "negative" : Long.toString(Long.MAX_VALUE);
      }
      counts.merge(least, 1L, Long::sum);
    }
    return counts;
  }

  private static Map<String, Long> counts(Distribution kept) {
    Map<String, Long> counts = new TreeMap<>();
    for (Bucket each : kept.buckets()) {
      counts.put(
          each.min().isEmpty() ? "negative" : Long.toString(each.min().getAsLong()), each.count());
    }
    return counts;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "by: [customer]     | customer=ann 5, customer=bob 3, customer=a customer whose name is long 32"
            + "... 2, customer=a customer whose name is long 32 1, customer=NULL 1, customer=(unreadable) 1",
        "by: [paid]         | paid=true 10, paid=false 3",
        "by: [cents, paid]  | cents=0 paid=true 1, cents=100 paid=true 1, cents=200 paid=true 1,"
            + " cents=300 paid=true 1, cents=400 paid=true 1, cents=-7 paid=false 3, cents=1"
            + " paid=true 5",
        "by: [comm]         | comm=orders 13",
        "                   | 13",
      })
  void groupsAreToldApartByWhatTheCallsHaveInCommon(String by, String groups) throws Exception {
    Path file = tools.gcc("orders", ORDERS);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: order
          symbol: order
          signature: int order(const char *customer, int cents, bool paid)
          aggregate: {count: true%s}
        """
            .formatted(file, by == null ? "" : ", " + by);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      assertEquals(
          Stream.of(groups.split(", ")).sorted().toList(),
          of(host, "order").stream().map(AggregatesTest::text).sorted().toList());
      assertEquals(new Counters(13, 0, 0, 0, 0, 0), host.counters("order"));
    }
  }

  @Test
  void groupsCanBeThreadsNamesProcessesFunctionsAndReturnValues() throws Exception {
    Path file = tools.gcc("orders", ORDERS);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: by-name, symbol: "*r*d*r*", aggregate: {count: true, by: [comm, pid]}}
        - {name: by-function, symbol: "re*nd", type: Call, aggregate: {count: true, by: [function]}}
        - {name: by-result, symbol: order, type: Return, signature: int order(void), aggregate: {count: true, by: [return]}}
        """
            .formatted(file)
            .replace("*r*d*r*", "order")
            .replace("re*nd", "*e*nd");
    try (RunningProgram one = RunningProgram.start(file, "first");
        RunningProgram two = RunningProgram.start(file, "second");
        TracedHost host = TracedHost.start(bpf, spec)) {
      one.finish();
      two.finish();
      host.finish();
      assertEquals(
          List.of("comm=first pid=" + one.pid() + " 13", "comm=second pid=" + two.pid() + " 13"),
          texts(host, "by-name"));
      assertEquals(List.of("function=refund 2"), texts(host, "by-function"));
      assertEquals(
          List.of(
              "return=-1 10",
              "return=-100 2",
              "return=-200 2",
              "return=-300 2",
              "return=-400 2",
              "return=0 2",
              "return=7 6"),
          texts(host, "by-result"));
    }
  }

  @Test
  void onAHostAContainerIsItsMountNamespace() throws Exception {
    Path file = tools.gcc("orders", ORDERS);
    String spec =
        """
        target: {host: {}}
        probes:
        - {name: order, binary: %s, symbol: order, aggregate: {count: true, by: [container]}}
        """
            .formatted(file);
    try (RunningProgram here = RunningProgram.start(file);
        RunningProgram apart =
            RunningProgram.start(Path.of("/usr/bin/unshare"), "--mount", file.toString());
        TracedHost host = TracedHost.start(bpf, spec)) {
      String own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
      String other = Files.readSymbolicLink(Path.of("/proc/" + apart.pid() + "/ns/mnt")).toString();
      here.finish();
      apart.finish();
      host.finish();
      assertEquals(
          Stream.of("container=" + own + " 13", "container=" + other + " 13").sorted().toList(),
          texts(host, "order"));
    }
  }

  @Test
  void bucketsOfEqualWidthHaveOneForLessAndOneForMore() throws Exception {
    Path file = tools.gcc("orders", ORDERS);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: order
          symbol: order
          signature: int order(const char *customer, int cents)
          aggregate: {histogram: cents, linear: {from: -5, width: 105, count: 3}}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      OptionalLong none = OptionalLong.empty();
      assertEquals(
          new Distribution(
              List.of(
                  new Bucket(none, OptionalLong.of(-6), 3),
                  new Bucket(OptionalLong.of(-5), OptionalLong.of(99), 6),
                  new Bucket(OptionalLong.of(100), OptionalLong.of(204), 2),
                  new Bucket(OptionalLong.of(310), none, 1),
                  new Bucket(OptionalLong.of(205), OptionalLong.of(309), 1)),
              1000 - 21 + 5,
              OptionalLong.of(400)),
          only(host).kept());
    }
  }

  @Test
  void durationsAreThoseOfTheProgramsOwnClock() throws Exception {
    Path file = tools.gcc("slow", SLOW);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: slow
          symbol: slow
          type: Call
          signature: int slow(int micros, int depth)
          aggregate: {histogram: duration, by: [micros]}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> lines = program.finish();
      host.finish();
      Map<String, Distribution> byMicros = new HashMap<>();
      of(host, "slow").forEach(each -> byMicros.put(text(each), each.kept()));
      Distribution kept = byMicros.get("micros=1000 20");

      long inner = Long.parseLong(lines.get(0));
      long outer = Long.parseLong(lines.get(1));
      assertTrue(kept.sum() >= inner && kept.sum() <= outer, inner + " " + kept + " " + outer);
      assertTrue(kept.buckets().get(0).min().getAsLong() >= 524_288, kept::toString);
      assertTrue(kept.max().getAsLong() >= 1_000_000, kept::toString);
      // Each call of a recursion finds its own return.
      assertEquals(10, byMicros.get("micros=100 10").count());
      assertEquals(new Counters(30, 0, 0, 0, 0, 0), host.counters("slow"));
    }
  }

  @Test
  void conditionsDecideWhichCallsAreKept() throws Exception {
    Path file = tools.gcc("orders", ORDERS);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: order
          symbol: order
          type: Call
          signature: int order(const char *customer, int cents, bool paid)
          where: ["paid == true", "return < -100 or cents == 1"]
          aggregate: {histogram: return, by: [customer]}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      assertEquals(
          List.of(
              "customer=(unreadable) 1",
              "customer=NULL 1",
              "customer=a customer whose name is long 32 1",
              "customer=a customer whose name is long 32... 2",
              "customer=ann 3"),
          texts(host, "order"));
      assertEquals(new Counters(13, 0, 5, 0, 0, 0), host.counters("order"));
    }
  }

  @Test
  void groupsThatHaveChangedAreToldAtEachIntervalAndAllAtTheEnd() throws Exception {
    Path file =
        tools.gcc(
            "rounds",
            RunningProgram.PROLOGUE
                + "TRACED void visit(int room) { (void)room; }"
                + "int main(void) { ready(); visit(1); visit(2); ready(); visit(2); ready(); }");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: visit
          symbol: visit
          signature: void visit(int room)
          aggregate: {count: true, by: [room], intervalSeconds: 1}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.proceed();
      awaitTold(host, "room=1 1", "room=2 1");
      program.proceed();
      awaitTold(host, "room=1 1", "room=2 1", "room=2 2");
      host.finish();
      awaitTold(host, "room=1 1", "room=2 1", "room=2 2", "room=1 1", "room=2 2");
    }
  }

  private static void awaitTold(TracedHost host, String... expected) throws InterruptedException {
    List<Aggregate> told = host.events().awaitAggregates(expected.length);
    assertEquals(List.of(expected), told.stream().map(AggregatesTest::text).toList());
  }

  @Test
  void callsOfMoreGroupsThanThereIsRoomForAreCountedAsLostAndTold() throws Exception {
    Path file = tools.gcc("many", MANY);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: visit, symbol: visit, signature: void visit(unsigned number), aggregate: {count: true, by: [number]}}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      host.finish();
      List<Aggregate> groups = of(host, "visit");
      assertEquals(1024, groups.size());
      assertTrue(groups.stream().allMatch(each -> each.kept().count() == 2));
      assertEquals(new Counters(3000, 0, 0, 0, 952, 0), host.counters("visit"));
      assertTrue(
          host.notices().stream().anyMatch(each -> each.contains("room for only 1024 groups")),
          host.notices()::toString);
    }
  }

  private static Aggregate only(TracedHost host) {
    List<Aggregate> groups = of(host, host.events().aggregates().get(0).probe().plan().name());
    assertEquals(1, groups.size());
    return groups.get(0);
  }

  /** Returns what was told of each group last. */
  private static List<Aggregate> of(TracedHost host, String probe) {
    Map<String, Aggregate> last = new LinkedHashMap<>();
    host.events().aggregates().stream()
        .filter(each -> each.probe().plan().name().equals(probe))
        .forEach(each -> last.put(labels(each), each));
    return List.copyOf(last.values());
  }

  private static List<String> texts(TracedHost host, String probe) {
    return of(host, probe).stream().map(AggregatesTest::text).sorted().toList();
  }

  private static String text(Aggregate aggregate) {
    return (labels(aggregate) + " " + aggregate.kept().count()).strip();
  }

  private static String labels(Aggregate aggregate) {
    return aggregate.labels().stream().map(AggregatesTest::text).collect(Collectors.joining(" "));
  }

  private static String text(Label label) {
    String value;
    if (label.value() instanceof CapturedValue.Text text) {
      value = new String(text.bytes(), StandardCharsets.UTF_8) + (text.isCut() ? "..." : "");
    } else if (label.value() instanceof CapturedValue.Whole whole) {
      value = whole.decimal();
    } else if (label.value() instanceof CapturedValue.Bool bool) {
      value = Boolean.toString(bool.value());
    } else if (label.value() instanceof CapturedValue.Address address) {
      value = address.hex();
    } else if (label.value() instanceof CapturedValue.Null) {
      value = "NULL";
    } else {
      value = "(unreadable)";
    }
    return label.name() + "=" + value;
  }
}
