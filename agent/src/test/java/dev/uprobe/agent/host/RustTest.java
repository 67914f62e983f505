package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Rust programs, which say themselves what they do. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RustTest {
  private static final String SOURCE =
      """
      use std::io::{Read, Write};

      struct Cart {
          cents: u64,
      }

      impl Cart {
          #[inline(never)]
          fn charge(&mut self, customer: &str, cents: u64) -> u64 {
              self.cents += cents;
              println!("charge {} {} = {}", customer, cents, self.cents);
              self.cents
          }
      }

      /* Of a function that may be called from elsewhere, the compiler does not change the arguments. */
      static CHARGE: fn(&mut Cart, &str, u64) -> u64 = Cart::charge;

      #[inline(never)]
      fn checked(n: i32) -> i32 {
          if n % 2 == 1 {
              panic!("odd");
          }
          n * 10
      }

      #[inline(never)]
      fn caught(n: i32) -> i32 {
          std::panic::catch_unwind(|| checked(n)).unwrap_or(-1)
      }

      fn main() {
          std::panic::set_hook(Box::new(|_| {}));
          println!();
          std::io::stdout().flush().unwrap();
          if std::io::stdin().read(&mut [0]).unwrap() < 1 {
              std::process::exit(1);
          }
          let names = "acmegr\\u{f6}\\u{df}er";
          let mut cart = Cart { cents: 0 };
          let charge = unsafe { std::ptr::read_volatile(&CHARGE) };
          for (i, end) in [4, 0, names.len()].iter().enumerate() {
              charge(&mut cart, &names[..*end], i as u64 * 100 + 1);
          }
          for n in 0..6 {
              println!("caught {} = {}", n, caught(n));
          }
          let thread = std::thread::spawn(|| caught(7));
          println!("caught 7 = {}", thread.join().unwrap());
      }
      """;

  private static final String CHARGE =
      """
      - name: charge
        symbol: shop::Cart::charge
        type: Call
        args:
        - {name: customer, index: 2, type: string, length: bytes}
        - {name: bytes, index: 3, type: u64}
        - {name: cents, index: 4, type: u64}
        returns: {type: u64}
        message: "charge {customer} {cents} = {return}"
      """;

  private final BpfEnvironment bpf;
  private Path folder;

  RustTest() throws Exception {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    Toolchain tools = new Toolchain(folder);
    compile(tools, "debug");
    compile(tools, "optimized", "-O");
    compile(tools, "v0", "-O", "-Csymbol-mangling-version=v0");
    compile(tools, "static", "-O", "-Crelocation-model=static");
  }

  private static void compile(Toolchain tools, String name, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--crate-name=shop";
    tools.compile("rustc", name, "rs", SOURCE, all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"debug", "optimized", "v0", "static"})
  void aCallShowsStringsAsTextAndNamesAsInTheSource(String program) throws Exception {
    List<String> told = run(program, CHARGE);
    assertEquals(3, told(told, "charge").size());
    assertEquals(told(told, "charge"), messages);
    assertEquals("shop::Cart::charge", events.get(0).function());
  }

  @ParameterizedTest
  @ValueSource(strings = {"debug", "optimized", "v0", "static"})
  void panicsPassFunctionsThatAreProbed(String program) throws Exception {
    String probes =
        """
        - {name: caught, symbol: shop::caught, type: Call, signature: int caught(int n), message: "caught {n} = {return}"}
        - {name: checked, symbol: shop::checked, type: Call, signature: int checked(int n), message: "{n} {return}"}
        - {name: returns, symbol: shop::checked, type: Return, signature: int checked(int n), message: "returns {return}"}
        """;
    List<String> told = run(program, probes);
    assertEquals(7, told(told, "caught").size());
    assertEquals(told(told, "caught"), told(messages, "caught"));
    assertEquals(List.of("returns 0", "returns 20", "returns 40"), told(messages, "returns"));
    assertEquals(
        List.of("0 0", "2 20", "4 40"),
        messages.stream().filter(each -> Character.isDigit(each.charAt(0))).toList());
    assertEquals(new Counters(7, 7, 0, 0, 0, 0), counters.get(0));
    assertEquals(7, counters.get(1).hits());
  }

  @Test
  void conditionsCompareText() throws Exception {
    run("optimized", CHARGE + "  where: [\"customer == 'acme'\"]\n");
    assertEquals(List.of("charge acme 1 = 1"), messages);
    run("optimized", CHARGE + "  where: [\"customer endsWith 'ßer'\"]\n");
    assertEquals(List.of("charge acmegrößer 201 = 303"), messages);
  }

  private List<String> messages;
  private List<Event> events;
  private List<Counters> counters;

  private List<String> run(String program, String probes) throws Exception {
    Path file = folder.resolve(program);
    String spec = "target: {host: {binary: %s}}\nprobes:\n%s".formatted(file, probes);
    try (RunningProgram running = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      List<String> told = running.finish();
      messages = host.finish();
      events = host.events().all();
      counters = host.session().summary().stream().map(ProbeSummary::counters).toList();
      return told;
    }
  }

  private static List<String> told(List<String> lines, String start) {
    return lines.stream().filter(each -> each.startsWith(start)).toList();
  }
}
