package dev.uprobe.agent.process.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.OpenedFile;
import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private static final HostTarget EVERYTHING =
      HostTarget.of(new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.empty()));

  private final Libc libc = Libc.load();
  private final HostFiles host = HostFiles.ofThisHost(libc);
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
      try (FoundFiles found = host.find(Optional.of("warehouse"), EVERYTHING)) {
        assertEquals(FileIdentity.of(library), FileIdentity.of(only(found).path()));
        assertEquals(library.toString(), only(found).displayPath());
        assertEquals(Set.of(one.pid(), two.pid()), only(found).pids());
      }
      try (FoundFiles ofOne = host.find(Optional.of("libwarehouse.so.2"), pid(one.pid()))) {
        assertEquals(Set.of(one.pid()), only(ofOne).pids());
      }
    }
  }

  @Test
  void findsTheExecutablesOfProcesses() throws Exception {
    try (RunningProgram running = RunningProgram.start(program)) {
      HostTarget byName =
          HostTarget.of(
              new HostFilter(OptionalInt.empty(), Optional.of("hostfiles-test"), Optional.empty()));
      for (HostTarget filter : List.of(pid(running.pid()), byName, binary(program))) {
        try (FoundFiles found = host.find(Optional.empty(), filter)) {
          assertEquals(FileIdentity.of(program), FileIdentity.of(only(found).path()));
          assertEquals(FileIdentity.of(program), only(found).identity());
          assertEquals(Set.of(running.pid()), only(found).pids());
        }
      }
    }
  }

  @Test
  void findsAFileByItsPathAndWhoRunsIt() throws Exception {
    try (RunningProgram running = RunningProgram.start(program);
        FoundFiles found = host.find(Optional.of(program.toString()), EVERYTHING)) {
      assertEquals(Set.of(running.pid()), only(found).pids());
    }
    try (FoundFiles found = host.find(Optional.of(program.toString()), EVERYTHING)) {
      assertEquals(program, only(found).path());
      assertEquals(Set.of(), only(found).pids());
    }
  }

  @Test
  void findsWhatSomeProcessesHaveOfIt() throws Exception {
    try (RunningProgram one = RunningProgram.start(program);
        RunningProgram two = RunningProgram.start(program)) {
      for (String binary : List.of("warehouse", program.toString())) {
        try (FoundFiles found = host.findUsed(Optional.of(binary), EVERYTHING, Set.of(one.pid()))) {
          assertEquals(Set.of(one.pid()), only(found).pids());
        }
        try (FoundFiles found =
            host.findUsed(Optional.of(binary), pid(two.pid()), Set.of(one.pid(), two.pid()))) {
          assertTrue(only(found).pids().contains(two.pid()));
        }
      }
      int self = (int) ProcessHandle.current().pid();
      try (FoundFiles nothing = host.findUsed(Optional.of("warehouse"), EVERYTHING, Set.of(self))) {
        assertEquals(List.of(), nothing.files());
      }
    }
  }

  @Test
  void aNodesFilesAreNotThoseOfTheAgent() throws Exception {
    HostFiles node =
        HostFiles.ofNode(libc, List.of(Path.of("/proc/4194305"), Path.of("/proc/self")));
    assertFalse(node.pids().contains((int) ProcessHandle.current().pid()));
    try (RunningProgram running = RunningProgram.start(program);
        FoundFiles found = node.find(Optional.of("warehouse"), EVERYTHING);
        FoundFiles byPath = node.find(Optional.of(program.toString()), EVERYTHING)) {
      assertEquals(Set.of(running.pid()), only(found).pids());
      assertEquals(FileIdentity.of(program), FileIdentity.of(only(byPath).path()));
    }
    assertEquals(
        "There is no file /nowhere/x on the node; check the path",
        problem(node, "/nowhere/x", EVERYTHING));
    assertEquals(
        "\"bin/x\" is a relative path; write it from the node's root, as in /usr/bin/app",
        problem(node, "bin/x", EVERYTHING));
    assertEquals(
        "The files of the node cannot be reached through /proc/4194305/root; run the agent with"
            + " hostPID and CAP_SYS_PTRACE",
        problem(HostFiles.ofNode(libc, List.of(Path.of("/proc/4194305"))), "c", EVERYTHING));
  }

  @Test
  void aFilterMayNameALinkToTheExecutable() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("linked"), program);
    try (RunningProgram running = RunningProgram.start(program);
        FoundFiles found = host.find(Optional.of("warehouse"), binary(link))) {
      assertEquals(Set.of(running.pid()), only(found).pids());
    }
  }

  @Test
  void theKernelsIdentityOfAFileIsAskedAgainWhereTheFileChanged() throws Exception {
    Path copy = Files.copy(program, folder.resolve("replaced"));
    HostFiles.KernelFile first = host.kernelFile(copy.toString());
    assertSame(first, host.kernelFile(copy.toString(), Optional.of(first)));
    Files.copy(program, folder.resolve("newer"));
    Files.move(folder.resolve("newer"), copy, StandardCopyOption.REPLACE_EXISTING);
    HostFiles.KernelFile second = host.kernelFile(copy.toString(), Optional.of(first));
    assertEquals(FileIdentity.of(copy).inode(), second.identity().inode());
    assertNotEquals(first, second);
  }

  @Test
  void theKernelsIdentityOfAFileIsKnownBeforeItIsWritten() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertEquals(
        FileIdentity.of(empty).inode(), host.kernelFile(empty.toString()).identity().inode());
  }

  @Test
  void findsAnExecutableThatIsStartedLater() throws Exception {
    try (FoundFiles found = host.find(Optional.empty(), binary(program))) {
      assertEquals(program, only(found).path());
    }
    HostTarget nobody =
        HostTarget.of(
            new HostFilter(OptionalInt.empty(), Optional.of("not-started"), Optional.empty()));
    try (FoundFiles nothing = host.find(Optional.empty(), nobody)) {
      assertEquals(List.of(), nothing.files());
    }
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
      try (FoundFiles found = host.find(Optional.empty(), pid(running.pid()));
          ElfFile file = ElfFile.open(only(found).path());
          FunctionTable table = FunctionTable.of(file)) {
        assertEquals(copy.toString(), only(found).displayPath());
        assertEquals(identity, FileIdentity.of(only(found).path()));
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
    try (RunningProgram running = RunningProgram.start(start);
        FoundFiles found = host.find(Optional.empty(), pid(running.pid()))) {
      assertEquals(place.resolve("hidden").toString(), only(found).displayPath());
      assertArrayEquals(Files.readAllBytes(program), Files.readAllBytes(only(found).path()));
      try (OpenedFile seen = only(found).tree().open(place + "/hidden")) {
        assertArrayEquals(Files.readAllBytes(program), Files.readAllBytes(seen.path()));
      }
    }
  }

  @Test
  void findsAnInstalledLibraryThatNobodyUses() throws Exception {
    for (String place : List.of("lib", "usr/lib64", "usr/lib/" + gnuName() + "-linux-gnu")) {
      Path root = folder.resolve("root-" + place.replace('/', '-'));
      Files.createDirectories(root.resolve(place));
      Path installed = Files.copy(library, root.resolve(place).resolve("libwarehouse.so.2"));
      Files.writeString(root.resolve(place).resolve("libwarehouse.so"), "INPUT(libwarehouse.so.2)");
      try (FoundFiles found = emptyHost(root).find(Optional.of("warehouse"), EVERYTHING)) {
        assertEquals(installed, only(found).path());
      }
    }
  }

  @Test
  void findsThisHostsLibcThroughTheCache() throws Exception {
    HostFiles nobodyRuns = emptyHost(Path.of("/"));
    try (FoundFiles found = nobodyRuns.find(Optional.of("c"), EVERYTHING);
        ElfFile file = ElfFile.open(found.files().get(0).path());
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
    return HostFiles.ofThisHost(libc, proc, root, Machine.ofHost());
  }

  private static String gnuName() {
    return Machine.ofHost().gnuName();
  }

  private static String problem(HostFiles files, String binary, HostTarget filter) {
    return assertThrows(TargetException.class, () -> files.find(Optional.of(binary), filter))
        .getMessage();
  }

  private static HostTarget pid(int pid) {
    return HostTarget.of(new HostFilter(OptionalInt.of(pid), Optional.empty(), Optional.empty()));
  }

  private static HostTarget binary(Path path) {
    return HostTarget.of(
        new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.of(path.toString())));
  }

  private static TargetFile only(FoundFiles found) {
    assertEquals(1, found.files().size(), found.files().toString());
    return found.files().get(0);
  }
}
