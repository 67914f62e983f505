package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Go programs, which say themselves what they do. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoTest {
  private static final String SOURCE =
      """
      package main

      import (
      	"errors"
      	"fmt"
      	"os"
      	"runtime"
      	"sync"
      	"syscall"
      )

      type Cart struct{ total int }

      //go:noinline
      func (c *Cart) Charge(customer string, cents int) (int, error) {
      	if cents < 0 {
      		return 0, errors.New("negative amount for " + customer)
      	}
      	c.total += cents
      	return c.total, nil
      }

      //go:noinline
      func sum(data []byte, small int8, flag bool, text string, big uint64) (string, uint64) {
      	n := big
      	for _, each := range data {
      		n += uint64(each)
      	}
      	if flag {
      		n += uint64(small)
      	}
      	return text + "!", n
      }

      //go:noinline
      func apply(f func(n int) int, n int) int { return f(n) }

      //go:noinline
      func depth(n int, pad [64]byte) int {
      	if n == 0 {
      		return len(pad) - 64
      	}
      	pad[n%64] = byte(n)
      	return depth(n-1, pad) + 1
      }

      var moved [8]int

      //go:noinline
      func mix(in uint64) uint64 {
      	before := syscall.Gettid()
      	runtime.Gosched()
      	if syscall.Gettid() != before {
      		moved[in>>32]++
      	}
      	return in * 0x9e3779b97f4a7c15
      }

      //go:noinline
      func recovered(n int) (result int) {
      	defer func() {
      		if recover() != nil {
      			result = -1
      		}
      	}()
      	return panicking(n) + 1
      }

      //go:noinline
      func panicking(n int) int {
      	if n%2 == 1 {
      		panic("odd")
      	}
      	return n
      }

      func ready() {
      	fmt.Println()
      	if n, _ := os.Stdin.Read(make([]byte, 1)); n < 1 {
      		os.Exit(1)
      	}
      }

      func main() {
      	ready()
      	switch os.Args[1] {
      	case "values":
      		cart := &Cart{}
      		for i, name := range []string{"acme", "", "a longer name \\u00e9", "x"} {
      			total, err := cart.Charge(name, 100-50*i)
      			fmt.Printf("Charge(%s, %d) = %d %v\\n", name, 100-50*i, total, err == nil)
      		}
      		text, n := sum([]byte{1, 2, 255}, -3, true, "sum", 1<<63)
      		fmt.Printf("sum(0102ff, -3, true, sum, %d) = %s %d\\n", uint64(1<<63), text, n)
      		twice := func(n int) int { cart.total += n; return 2 * n }
      		for n := range []int{1, 2, 3} {
      			fmt.Printf("twice(%d) = %d\\n", n, apply(twice, n))
      		}
      	case "depth":
      		done := make(chan int)
      		for _, n := range []int{3, 3000, 5000, 10} {
      			go func(n int) { done <- depth(n, [64]byte{}) }(n)
      			fmt.Printf("depth(%d) = %d\\n", n, <-done)
      		}
      	case "goroutines":
      		runtime.GOMAXPROCS(4)
      		var all sync.WaitGroup
      		results := [8][CALLS]uint64{}
      		for g := range results {
      			all.Add(1)
      			go func(g int) {
      				for i := range results[g] {
      					results[g][i] = mix(uint64(g)<<32 | uint64(i))
      				}
      				all.Done()
      			}(g)
      		}
      		all.Wait()
      		sum := 0
      		for _, each := range moved {
      			sum += each
      		}
      		fmt.Println(sum)
      		for g := range results {
      			for i, result := range results[g] {
      				fmt.Printf("mix(%d) = %d\\n", uint64(g)<<32|uint64(i), result)
      			}
      		}
      	case "panics":
      		for n := 0; n < 10; n++ {
      			fmt.Printf("recovered(%d) = %d\\n", n, recovered(n))
      		}
      	}
      }
      """
          .replace("CALLS", "2500");

  private final BpfEnvironment bpf;
  private Toolchain tools;

  GoTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    tools.go("plain", SOURCE);
    tools.go("stripped", SOURCE, "-ldflags=-s -w");
    tools.go("pie", SOURCE, "-buildmode=pie", "-ldflags=-s -w");
    // With C in it, C's own linker puts the program together.
    String cgo = SOURCE.replaceFirst("import", "import \"C\"\nimport");
    tools.go("cgo", cgo, "-ldflags=-s -w");
    tools.go("cgo-pie", cgo, "-buildmode=pie", "-ldflags=-s -w");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "stripped", "pie", "cgo", "cgo-pie"})
  void aCallShowsWhatGoPassesAndReturns(String program) throws Exception {
    String probes =
        """
        - name: charge
          binary: %1$s
          symbol: main.(*Cart).Charge
          type: Call
          signature: func (c *Cart) Charge(customer string, cents int) (total int, err error)
          message: "Charge({customer}, {cents}) = {return} {return2}"
        - name: sum
          binary: %1$s
          symbol: main.sum
          type: Call
          signature: func sum(data []byte, small int8, flag bool, text string, big uint64) (string, uint64)
          message: "sum({data}, {small}, {flag}, {text}, {big}) = {return} {return2}"
        - name: closure
          binary: %1$s
          symbol: main.main.func1
          type: Call
          signature: func twice(n int) int
          message: "twice({n}) = {return}"
        """;
    List<String> told = run(program, "values", probes);
    assertEquals(8, told.size());
    assertEquals(told, messages.stream().map(GoTest::errorAsNil).toList());
    assertEquals(
        List.of("main.(*Cart).Charge", "main.sum", "main.main.func1"),
        events.stream().map(Event::function).distinct().toList());
  }

  private static String errorAsNil(String message) {
    return message.startsWith("Charge")
        ? message.replaceFirst(" 0x0$", " true").replaceFirst(" 0x[0-9a-f]+$", " false")
        : message;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "customer == 'acme'                 | acme",
        "customer startsWith 'a'            | acme, a longer name \u00e9",
        "return2 != NULL                    | x",
        "cents < 0 or customer endsWith 'e' | acme, x",
      })
  void conditionsCompareStringsAndErrors(String condition, String customers) throws Exception {
    String probes =
        """
        - name: charge
          binary: %%1$s
          symbol: main.(*Cart).Charge
          type: Call
          signature: func (c *Cart) Charge(customer string, cents int) (total int, err error)
          where: ["%s"]
          message: "{customer}"
        """
            .formatted(condition);
    run("stripped", "values", probes);
    assertEquals(customers, String.join(", ", messages));
  }

  @Test
  void callsOfGoAreCountedInTheKernelByTheirStrings() throws Exception {
    String probes =
        """
        - name: charge
          binary: %1$s
          symbol: main.(*Cart).Charge
          type: Call
          signature: func (c *Cart) Charge(customer string, cents int) (total int, err error)
          where: ["cents > 0"]
          aggregate: {histogram: cents, by: [customer]}
        """;
    run("stripped", "values", probes);
    assertEquals(List.of("=50", "acme=100"), groups);
    assertEquals(new Counters(4, 0, 2, 0, 0, 0), counters.get(0));
  }

  @Test
  void aStackThatGrowsDuringACallIsTheSameCall() throws Exception {
    String probes =
        """
        - {name: entry, binary: %1$s, symbol: main.depth, signature: "func depth(n int, pad [64]byte) int", message: "{n}", limit: {eventsPerSecond: 0}}
        - {name: call, binary: %1$s, symbol: main.depth, type: Call, signature: "func depth(n int, pad [64]byte) int", message: "depth({n}) = {return}", limit: {eventsPerSecond: 0}}
        """;
    List<String> told = run("plain", "depth", probes);
    int calls = 3 + 3000 + 5000 + 10 + 4;
    assertEquals(new Counters(calls, calls, 0, 0, 0, 0), counters.get(0));
    assertEquals(new Counters(calls, calls, 0, 0, 0, 0), counters.get(1));
    List<String> outermost = messages.stream().filter(told::contains).distinct().toList();
    assertEquals(sorted(told), sorted(outermost));
    for (String each : messages) {
      if (each.startsWith("depth")) {
        assertTrue(each.matches("depth\\((\\d+)\\) = \\1"), each);
      }
    }
  }

  @Test
  void noCallOfGoroutinesThatMoveBetweenThreadsIsLostOrToldTwice() throws Exception {
    String probes =
        """
        - {name: call, binary: %1$s, symbol: main.mix, type: Call, signature: func mix(in uint64) uint64, message: "mix({in}) = {return}", limit: {eventsPerSecond: 0}}
        - {name: return, binary: %1$s, symbol: main.mix, type: Return, signature: func mix(in uint64) uint64, limit: {eventsPerSecond: 0}}
        """;
    List<String> told = run("stripped", "goroutines", probes);
    int moved = Integer.parseInt(told.get(0));
    assertTrue(moved > 100, "only " + moved + " calls returned on another thread");
    assertEquals(new Counters(20_000, 20_000, 0, 0, 0, 0), counters.get(0));
    assertEquals(new Counters(20_000, 20_000, 0, 0, 0, 0), counters.get(1));
    assertEquals(
        sorted(told.subList(1, told.size())),
        sorted(messages.stream().filter(each -> each.contains("=")).toList()));
  }

  @Test
  void aPanicPassesAndTheFunctionThatRecoversReturns() throws Exception {
    String probes =
        """
        - {name: recovered, binary: %1$s, symbol: main.recovered, type: Call, signature: func recovered(n int) int, message: "recovered({n}) = {return}"}
        - {name: panicking, binary: %1$s, symbol: main.panicking, type: Call, signature: func panicking(n int) int, message: "{n} {return}"}
        """;
    List<String> told = run("plain", "panics", probes);
    assertEquals(told, messages.stream().filter(each -> each.startsWith("r")).toList());
    assertEquals(
        List.of("0 0", "2 2", "4 4", "6 6", "8 8"),
        messages.stream().filter(each -> !each.startsWith("r")).toList());
    assertEquals(10, counters.get(1).hits());
  }

  @Test
  void aGlobNamesFunctionsOfAStrippedProgram() throws Exception {
    String probes = "- {name: all, binary: %1$s, symbol: 'main.(*Cart).*', type: Return}";
    run("stripped", "values", probes);
    assertEquals(4, events.size());
    assertEquals("main.(*Cart).Charge", events.get(0).function());
  }

  @Test
  void aPrototypeOfCForAFunctionOfGoIsRefused() {
    String spec =
        spec("plain", "- {name: p, binary: %1$s, symbol: main.mix, signature: long mix(long in)}");
    TraceException refusal =
        assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec).close());
    assertTrue(refusal.getMessage().contains("write a Go signature"), refusal.getMessage());
  }

  @Test
  void aFunctionInAssemblyIsRefused() {
    String spec =
        spec(
            "stripped",
            "- {name: p, binary: %1$s, symbol: runtime.memmove, signature: 'func memmove(to, from unsafe.Pointer, n uintptr)'}");
    TraceException refusal =
        assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec).close());
    assertTrue(refusal.getMessage().contains("is written in assembly"), refusal.getMessage());
  }

  @Test
  void aMistypedNameIsToldWithTheNearestOnes() {
    String spec = spec("stripped", "- {name: p, binary: %1$s, symbol: 'main.(*Cart).Chrage'}");
    TraceException refusal =
        assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec).close());
    assertTrue(
        refusal.getMessage().contains("did you mean main.(*Cart).Charge"), refusal.getMessage());
  }

  private List<String> messages;
  private List<Event> events;
  private List<Counters> counters;
  private List<String> groups;

  private List<String> run(String program, String what, String probes) throws Exception {
    Path file = tools.folder().resolve(program);
    try (RunningProgram running = RunningProgram.start(file, what);
        TracedHost host = TracedHost.start(bpf, spec(program, probes))) {
      List<String> told = running.finish();
      host.session().finish();
      events = host.events().all();
      messages = events.stream().map(MessageRenderer::render).toList();
      groups = host.events().aggregates().stream().map(GoTest::group).sorted().toList();
      counters = host.session().summary().stream().map(ProbeSummary::counters).toList();
      return told;
    }
  }

  private static String group(Aggregate group) {
    byte[] text = ((CapturedValue.Text) group.labels().get(0).value()).bytes();
    return new String(text, StandardCharsets.UTF_8) + "=" + group.kept().max().orElseThrow();
  }

  private String spec(String program, String probes) {
    return "target: {host: {}}\nprobes:\n"
        + probes.formatted(tools.folder().resolve(program)).strip()
        + "\n";
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }
}
