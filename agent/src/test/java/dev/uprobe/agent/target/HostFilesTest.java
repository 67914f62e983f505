package dev.uprobe.agent.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.FunctionTable;
import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostFilesTest {
  private static final HostFilter EVERYTHING =
      new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.empty());

  private final HostFiles host = HostFiles.ofThisHost();
  private Toolchain tools;
  private Path folder;
  private Path library;
  private Path program;

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    tools = new Toolchain(folder);
    library = tools.gcc("libwarehouse.so.2", "int stock(void) { return 1; }", "-shared", "-fPIC");
    program =
        tools.gcc(
            "hostfiles-test",
            "#include <stdio.h>\n#include <unistd.h>\n int stock(void); int main(void) "
                + "{ stock(); puts(\"\"); fflush(stdout); pause(); return 0; }",
            "libwarehouse.so.2",
            "-Wl,-rpath," + folder);
  }

  @Test
  void findsTheLibraryThatProcessesUse() throws Exception {
    try (RunningProgram one = RunningProgram.start(program);
        RunningProgram two = RunningProgram.start(program)) {
      TargetFile found = only(host.find(Optional.of("warehouse"), EVERYTHING));
      assertEquals(library, found.path());
      assertEquals(library.toString(), found.displayPath());
      assertEquals(Set.of(one.pid(), two.pid()), found.pids());
      TargetFile ofOne = only(host.find(Optional.of("libwarehouse.so.2"), pid(one.pid())));
      assertEquals(Set.of(one.pid()), ofOne.pids());
    }
  }

  @Test
  void findsTheExecutablesOfProcesses() throws Exception {
    try (RunningProgram running = RunningProgram.start(program)) {
      HostFilter byName =
          new HostFilter(OptionalInt.empty(), Optional.of("hostfiles-test"), Optional.empty());
      for (HostFilter filter : List.of(pid(running.pid()), byName, binary(program))) {
        TargetFile found = only(host.find(Optional.empty(), filter));
        assertEquals(program, found.path());
        assertEquals(FileIdentity.of(program), found.identity());
        assertEquals(Set.of(running.pid()), found.pids());
      }
    }
  }

  @Test
  void findsAFileByItsPathAndWhoRunsIt() throws Exception {
    try (RunningProgram running = RunningProgram.start(program)) {
      TargetFile found = only(host.find(Optional.of(program.toString()), EVERYTHING));
      assertEquals(Set.of(running.pid()), found.pids());
    }
    TargetFile found = only(host.find(Optional.of(program.toString()), EVERYTHING));
    assertEquals(program, found.path());
    assertEquals(Set.of(), found.pids());
  }

  @Test
  void findsAnExecutableThatIsStartedLater() throws Exception {
    assertEquals(program, only(host.find(Optional.empty(), binary(program))).path());
    HostFilter nobody =
        new HostFilter(OptionalInt.empty(), Optional.of("not-started"), Optional.empty());
    assertEquals(List.of(), host.find(Optional.empty(), nobody));
  }

  @Test
  void opensADeletedFileThatIsStillMapped() throws Exception {
    Path copy = Files.copy(program, folder.resolve("deleted"));
    assertTrue(copy.toFile().setExecutable(true));
    try (RunningProgram running = RunningProgram.start(copy)) {
      FileIdentity identity = FileIdentity.of(copy);
      Files.delete(copy);
      // Another file has taken the name.
      Files.writeString(copy, "#!/bin/sh\n");
      TargetFile found = only(host.find(Optional.empty(), pid(running.pid())));
      assertEquals(copy.toString(), found.displayPath());
      assertEquals(identity, FileIdentity.of(found.path()));
      try (ElfFile file = ElfFile.open(found.path());
          FunctionTable table = FunctionTable.of(file)) {
        assertEquals(1, table.find("main").size());
      }
    }
  }

  @Test
  void opensAFileThatOnlyTheProcessSees() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    Path place = Files.createDirectories(folder.resolve("mounted"));
    Files.copy(program, folder.resolve("hidden"));
    Files.writeString(place.resolve("hidden"), "what the host has at this place");
    Path start =
        script(
            "exec unshare --mount --propagation private sh -c "
                + "'mount -t tmpfs none mounted && cp -p hidden mounted && exec mounted/hidden'");
    try (RunningProgram running = RunningProgram.start(start)) {
      TargetFile found = only(host.find(Optional.empty(), pid(running.pid())));
      assertEquals(place.resolve("hidden").toString(), found.displayPath());
      assertEquals(Path.of("/proc/" + running.pid() + "/root" + place + "/hidden"), found.path());
      assertArrayEquals(Files.readAllBytes(program), Files.readAllBytes(found.path()));
    }
  }

  @Test
  void findsAnInstalledLibraryThatNobodyUses() throws Exception {
    for (String place : List.of("lib", "usr/lib64", "usr/lib/" + gnuName() + "-linux-gnu")) {
      Path root = folder.resolve("root-" + place.replace('/', '-'));
      Files.createDirectories(root.resolve(place));
      Path installed = Files.copy(library, root.resolve(place).resolve("libwarehouse.so.2"));
      Files.writeString(root.resolve(place).resolve("libwarehouse.so"), "INPUT(libwarehouse.so.2)");
      assertEquals(
          installed, only(emptyHost(root).find(Optional.of("warehouse"), EVERYTHING)).path());
    }
  }

  @Test
  void findsThisHostsLibcThroughTheCache() throws Exception {
    HostFiles nobodyRuns = emptyHost(Path.of("/"));
    TargetFile libc = nobodyRuns.find(Optional.of("c"), EVERYTHING).get(0);
    try (ElfFile file = ElfFile.open(libc.path());
        FunctionTable table = FunctionTable.of(file)) {
      assertEquals(Machine.ofHost(), file.machine());
      assertTrue(table.find("strlen").size() > 0);
    }
  }

  @Test
  void saysWhatDoesNotExist() throws Exception {
    assertEquals(
        "There is no file /nowhere/hostfiles-test; check the path",
        problem(host, "/nowhere/hostfiles-test", EVERYTHING));
    assertEquals(
        "\"/a\u0000b\" is not a path: Nul character not allowed",
        problem(host, "/a\u0000b", EVERYTHING));
    assertEquals(
        "There is no process 4194305; is it still running?", problem(host, "c", pid(4194305)));
    Path root = folder.resolve("root-nearest");
    Files.createDirectories(root.resolve("lib"));
    Files.copy(library, root.resolve("lib/libwarehouse.so.2"));
    assertEquals(
        "No process uses a library warehose and none is installed; did you mean warehouse?",
        problem(emptyHost(root), "warehose", EVERYTHING));
    assertEquals(
        "No process uses a library libwarehouse.so.3 and none is installed; "
            + "did you mean libwarehouse.so.2?",
        problem(emptyHost(root), "libwarehouse.so.3", EVERYTHING));
    assertEquals(
        "No process uses a library q and none is installed; give the path of the file",
        problem(emptyHost(root), "q", EVERYTHING));
  }

  private Path script(String command) throws IOException {
    Path file = folder.resolve("start");
    Files.writeString(file, "#!/bin/sh -e\ncd " + folder + "\n" + command + "\n");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  /** A host without processes. */
  private HostFiles emptyHost(Path root) throws IOException {
    Path proc = Files.createDirectories(folder.resolve("proc"));
    return new HostFiles(proc, root, Machine.ofHost());
  }

  private static String gnuName() {
    return Machine.ofHost().gnuName();
  }

  private static String problem(HostFiles files, String binary, HostFilter filter) {
    return assertThrows(TargetException.class, () -> files.find(Optional.of(binary), filter))
        .getMessage();
  }

  private static HostFilter pid(int pid) {
    return new HostFilter(OptionalInt.of(pid), Optional.empty(), Optional.empty());
  }

  private static HostFilter binary(Path path) {
    return new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.of(path.toString()));
  }

  private static TargetFile only(List<TargetFile> files) {
    assertEquals(1, files.size(), files.toString());
    return files.get(0);
  }
}
