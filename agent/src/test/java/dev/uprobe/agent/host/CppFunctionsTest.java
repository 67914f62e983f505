package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CppFunctionsTest {
  private static final String SOURCE =
      """
      #include <string>
      #include <stdio.h>
      #include <stdlib.h>
      #include <unistd.h>
      #define TRACED __attribute__((noipa))
      static void ready() { char byte; puts(""); fflush(stdout); if (read(0, &byte, 1) < 1) exit(1); }
      struct Cart {
        int cents = 0;
        TRACED int charge(int n) { return cents += n; }
        TRACED int charge(int n, const char *) { return cents += 2 * n; }
        TRACED int total() const { return cents; }
        TRACED int rename(const std::string &name) { return name.size(); }
        TRACED explicit Cart(int n) : cents(n) {}
        TRACED int operator[](int n) { return n; }
      };
      namespace { TRACED int hidden(int n) { return n; } }
      template <typename T> TRACED T twice(T n) { return n + n; }
      int main() {
        ready();
        Cart cart(1);
        cart.charge(5); cart.charge(6, "gift"); cart.total(); cart.rename("x"); cart[3];
        hidden(7); twice(8); twice(9L);
      }
      """;

  private final BpfEnvironment bpf;
  private Path file;

  CppFunctionsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    file = new Toolchain(folder).compile("g++", "shop", "cc", SOURCE, "-O1");
  }

  @Test
  void aFunctionIsFoundByItsNameInTheSource() throws Exception {
    assertEquals(List.of("Cart::charge 5"), calls("symbol: 'Cart::charge(int)'"));
    assertEquals(List.of("Cart::charge 6"), calls("symbol: 'Cart::charge(int, const char *)'"));
    assertEquals(List.of("Cart::rename"), names("symbol: 'Cart::rename(std::string const&)'"));
    assertEquals(List.of("Cart::total"), names("symbol: 'Cart::total'"));
    assertEquals(List.of("Cart::Cart"), names("symbol: 'Cart::Cart'"));
    assertEquals(List.of("Cart::operator[] 3"), calls("symbol: 'Cart::operator[]'"));
    assertEquals(List.of("twice<long>"), names("symbol: 'twice<long>'"));
    assertEquals(
        List.of("(anonymous namespace)::hidden"), names("symbol: '(anonymous namespace)::hidden'"));
  }

  @Test
  void theObjectOfAMethodIsAnAddress() throws Exception {
    List<String> messages =
        shown("symbol: 'Cart::charge(int)', signature: 'int charge(void *cart, int n)'");

    assertEquals(1, messages.size());
    assertTrue(
        messages.get(0).matches("Cart::charge\\(cart=0x7ff[0-9a-f]+, n=5\\)"), messages.get(0));
  }

  @Test
  void aMangledNameStillWorks() throws Exception {
    assertEquals(List.of("Cart::charge 5"), calls("symbol: _ZN4Cart6chargeEi"));
  }

  @Test
  void overloadsAreToldApartWhereAProbeSitsOnSeveral() throws Exception {
    List<String> both = List.of("Cart::charge(int) 5", "Cart::charge(int, char const*) 6");
    assertEquals(both, calls("symbol: 'Cart::charge(*)'"));
    assertEquals(both, calls("symbols: ['Cart::charge(int)', 'Cart::charge(int, char const*)']"));
  }

  @Test
  void aGlobIsOverReadableNames() throws Exception {
    assertEquals(
        List.of(
            "Cart::Cart",
            "Cart::charge(int)",
            "Cart::charge(int, char const*)",
            "Cart::total",
            "Cart::rename",
            "Cart::operator[]"),
        names("symbol: 'Cart::*'"));
    assertEquals(List.of("twice<int>", "twice<long>"), names("symbol: 'twice<*'"));
  }

  @Test
  void anAmbiguousNameIsToldWithAllThatItStandsFor() {
    assertEquals(
        "Probe p: %s has 2 functions Cart::charge: Cart::charge(int), Cart::charge(int, char const*);"
                .formatted(file)
            + " name one of them, or all by the glob Cart::charge(*).",
        refusal("symbol: 'Cart::charge'"));
    assertEquals(
        "Probe p: %s has 2 functions twice: twice<int>(int), twice<long>(long);".formatted(file)
            + " name one of them, or all by the glob twice<*.",
        refusal("symbol: twice"));
  }

  @Test
  void aMistypedNameIsToldWithTheNearestOnes() {
    String refusal = refusal("symbol: 'Cart::chrage'");
    assertTrue(
        refusal.startsWith(
            "Probe p: " + file + " has no function Cart::chrage; did you mean Cart::charge, "),
        refusal);
  }

  private List<String> names(String place) throws Exception {
    return shown(place + ", message: '{function}'");
  }

  private List<String> calls(String place) throws Exception {
    return shown(place + ", message: '{function} {n}', args: [{name: n, index: 2, type: i32}]");
  }

  private List<String> shown(String probe) throws Exception {
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec(probe))) {
      program.finish();
      return host.finish();
    }
  }

  private String refusal(String probe) {
    return assertThrows(TraceException.class, () -> TracedHost.start(bpf, spec(probe)).close())
        .getMessage();
  }

  private String spec(String probe) {
    return "target: {host: {binary: %s}}\nprobes:\n- {name: p, binary: %s, %s}\n"
        .formatted(file, file, probe);
  }
}
