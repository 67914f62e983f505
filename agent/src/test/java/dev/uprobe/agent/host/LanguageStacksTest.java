package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stacks of languages whose returns are seen at return instructions. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguageStacksTest {
  private static final String GO =
      """
      package main

      import (
      	"fmt"
      	"os"
      )

      type Cart struct{ total int }

      //go:noinline
      func leaf(n int) int {
      	var pad [512]byte
      	pad[n] = 1
      	return len(pad) + int(pad[0])
      }

      //go:noinline
      func (c *Cart) Charge(n int) int {
      	c.total += leaf(n)
      	return c.total
      }

      func main() {
      	fmt.Println()
      	if n, _ := os.Stdin.Read(make([]byte, 1)); n < 1 {
      		os.Exit(1)
      	}
      	done := make(chan int)
      	go func() { done <- (&Cart{}).Charge(3) }()
      	<-done
      }
      """;

  private static final String CPP =
      """
      #include <stdexcept>
      #include <stdio.h>
      #include <stdlib.h>
      #include <unistd.h>
      #define TRACED __attribute__((noipa))
      static void ready() { char byte; puts(""); fflush(stdout); if (read(0, &byte, 1) < 1) exit(1); }
      TRACED int leaf(int n) { if (n < 0) throw std::runtime_error("negative"); return n + 1; }
      struct Cart {
        int cents = 0;
        TRACED int charge(int n) { try { return cents += leaf(n); } catch (std::runtime_error &) { return -1; } }
      };
      template <typename T> TRACED T pay(T n) { Cart cart; return cart.charge(n) + 1; }
      int main() { ready(); pay(5L); }
      """;

  private static final String TRACE =
      "target: {host: {binary: %s}}\nprobes: [{name: leaf, symbol: %s, stack: 16, type: %s}]";

  private final BpfEnvironment bpf;
  private Toolchain tools;

  LanguageStacksTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void prepare(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder.toRealPath());
    tools.go("go", GO);
    tools.go("go-stripped", GO, "-ldflags=-s -w");
    tools.go("go-pie", GO, "-buildmode=pie", "-ldflags=-s -w");
    tools.compile("g++", "cpp", "cc", CPP, "-O1", "-fno-omit-frame-pointer");
  }

  private String stack(Path program, String symbol, String type) throws Exception {
    try (TracedHost host = TracedHost.start(bpf, TRACE.formatted(program, symbol, type));
        RunningProgram running = RunningProgram.start(program)) {
      running.finish();
      host.session().finish();
      List<Event> events = host.events().all();
      assertEquals(1, events.size());
      return events.get(0).stack().stream().map(Frame::name).collect(Collectors.joining(" "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"go", "go-stripped", "go-pie"})
  void aGoroutinesStackEndsWhereItBegan(String name) throws Exception {
    Path program = tools.folder().resolve(name);
    String callers = "main.(*Cart).Charge main.main.func1 runtime.goexit";

    assertEquals("main.leaf " + callers, stack(program, "main.leaf", "Entry"));
    assertEquals("main.leaf " + callers, stack(program, "main.leaf", "Call"));
    assertEquals(callers, stack(program, "main.leaf", "Return"));
  }

  @Test
  void namesOfCppAreThoseOfTheSource() throws Exception {
    Path program = tools.folder().resolve("cpp");
    String callers = "Cart::charge(int) pay<long>(long) main";

    assertEquals("leaf(int) " + callers, upToMain(stack(program, "leaf", "Entry")));
    assertEquals("leaf(int) " + callers, upToMain(stack(program, "leaf", "Call")));
    assertEquals(callers, upToMain(stack(program, "leaf", "Return")));
  }

  /** What calls main is the C library's. */
  private static String upToMain(String stack) {
    return stack.replaceFirst(" main .*", " main");
  }
}
