package dev.uprobe.agent.process.ifunc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IfuncResolverTest {
  private static final String INCLUDES =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdio.h>
      #include <string.h>
      #include <time.h>
      #include <unistd.h>
      """;

  /** Says that it is ready, then waits. */
  private static final String WAIT = "puts(\"\"); fflush(stdout); pause(); return 0; }";

  /** Two implementations, of which the second is always chosen. */
  private static final String CHOSEN =
      """
      static int one(int n) { return n + 1; }
      static int two(int n) { return n * 2; }
      static int (*choose(void))(int) { static volatile int yes = 1; return yes ? two : one; }
      int chosen(int n) __attribute__((ifunc("choose")));
      """;

  @TempDir Path folder;
  private final IfuncResolver resolver =
      new IfuncResolver(Libc.load(), new Processes(Path.of("/proc")));
  private final HandleStack opened = new HandleStack();
  private Toolchain tools;

  @BeforeEach
  void start() {
    tools = new Toolchain(folder);
  }

  @Test
  void findsTheStrlenThatRunningProcessesCall() throws Exception {
    Path program =
        tools.gcc(
            "program",
            INCLUDES
                + "int main(void) { Dl_info libc; void *code = dlsym(RTLD_DEFAULT, \"strlen\"); "
                + "dladdr(code, &libc); "
                + "printf(\"%lu\\n\", (unsigned long)((char *)code - (char *)libc.dli_fbase)); "
                + WAIT);
    try (RunningProgram running = RunningProgram.start(program)) {
      long address = Long.parseLong(running.lines().get(0));
      for (int pid : List.of(running.pid(), (int) ProcessHandle.current().pid())) {
        TargetFile libc = target("c", pid);
        Function strlen = function(libc, "strlen");
        assumeTrue(strlen.ifunc(), "this libc has one strlen for all processors");
        IfuncResolution resolution = resolver.resolve(libc, strlen);
        assertEquals(Set.of(fileOffset(libc, address)), resolution.fileOffsets());
        assertEquals(Optional.empty(), resolution.problem("strlen"));
        assertFalse(resolution.unresolved());
      }
    }
  }

  @Test
  void saysThatTheKernelServesTheTime() throws Exception {
    Path program =
        tools.gcc("clock", INCLUDES + "int main(void) { time(NULL); " + WAIT, "-Wl,-z,now");
    try (RunningProgram running = RunningProgram.start(program)) {
      TargetFile libc = target("c", running.pid());
      Function time = function(libc, "time");
      assumeTrue(time.ifunc(), "this libc calls the kernel without an ifunc");
      IfuncResolution resolution = resolver.resolve(libc, time);
      assertEquals(
          Optional.of("time is served by the kernel's vDSO and cannot be probed"),
          resolution.problem("time"));
      assertEquals(Set.of(), resolution.fileOffsets());
      assertEquals(Set.of("[vdso]"), resolution.elsewhere());
    }
  }

  @Test
  void findsTheChoiceOfAStaticProgram() throws Exception {
    for (String kind : List.of("-static", "-static-pie", "-no-pie", "-pie")) {
      Path program =
          tools.gcc(
              "program" + kind, INCLUDES + CHOSEN + "int main(void) { chosen(1); " + WAIT, kind);
      try (RunningProgram running = RunningProgram.start(program)) {
        assertChoosesTwo(target(program.toString(), running.pid()), kind);
      }
    }
  }

  @Test
  void findsTheChoiceOfALibraryThroughItsCallers() throws Exception {
    Path library = library();
    for (String binding : List.of("-Wl,-z,now", "-Wl,-z,lazy")) {
      try (RunningProgram running = RunningProgram.start(caller("chosen(1);", binding))) {
        assertChoosesTwo(target(library.toString(), running.pid()), binding);
      }
    }
  }

  @Test
  void saysThatNobodyHasCalledAFunctionYet() throws Exception {
    Path library = library();
    Path program = caller("if (getpid() == 1) chosen(1);", "-Wl,-z,lazy");
    try (RunningProgram running = RunningProgram.start(program)) {
      TargetFile target = target(library.toString(), running.pid());
      IfuncResolution resolution = resolver.resolve(target, function(target, "chosen"));
      assertEquals(Set.of(), resolution.fileOffsets());
      assertTrue(resolution.unresolved());
      assertEquals(
          Optional.of(
              "no running process has chosen its implementation of chosen yet; "
                  + "start a program that calls it"),
          resolution.problem("chosen"));
    }
  }

  @Test
  void asksNobodyWhereNobodyRuns() throws Exception {
    Path library = library();
    TargetFile target = target(library.toString(), (int) ProcessHandle.current().pid());
    IfuncResolution resolution = resolver.resolve(target, function(target, "chosen"));
    assertEquals(Set.of(), resolution.fileOffsets());
    assertFalse(resolution.unresolved());
  }

  private Path library() throws Exception {
    return tools.gcc("libchosen.so", CHOSEN, "-shared", "-fPIC");
  }

  private Path caller(String call, String binding) throws Exception {
    return tools.gcc(
        "caller",
        INCLUDES + "int chosen(int n); int main(void) { " + call + WAIT,
        "libchosen.so",
        "-Wl,-rpath," + folder,
        binding);
  }

  private void assertChoosesTwo(TargetFile file, String kind) throws IOException {
    IfuncResolution resolution = resolver.resolve(file, function(file, "chosen"));
    assertEquals(Set.of(function(file, "two").fileOffset()), resolution.fileOffsets(), kind);
    assertEquals(Set.of(), resolution.elsewhere(), kind);
    assertFalse(resolution.unresolved(), kind);
  }

  @AfterEach
  void closeFiles() {
    opened.close();
  }

  private TargetFile target(String binary, int pid) throws IOException {
    HostTarget filter =
        HostTarget.of(new HostFilter(OptionalInt.of(pid), Optional.empty(), Optional.empty()));
    FoundFiles found = HostFiles.ofThisHost(Libc.load()).find(Optional.of(binary), filter);
    return opened.push(found).files().get(0);
  }

  private static Function function(TargetFile target, String symbol) throws IOException {
    try (ElfFile file = ElfFile.open(target.path());
        FunctionTable table = FunctionTable.of(file)) {
      return table.find(symbol).get(0);
    }
  }

  private static long fileOffset(TargetFile target, long address) throws IOException {
    try (ElfFile file = ElfFile.open(target.path())) {
      return file.fileOffset(address).orElseThrow();
    }
  }
}
