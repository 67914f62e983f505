package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.containers.ContainerLab.RunningContainer;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.ifunc.IfuncResolution;
import dev.uprobe.agent.process.ifunc.IfuncResolver;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.Libc;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerFilesTest {
  private static final Path PROC = Path.of("/proc");
  private static final String WAIT =
      """
      #include <stdio.h>
      #include <string.h>
      #include <unistd.h>
      int stock(void);
      __attribute__((noinline)) static int hidden_in_here(void) { return getpid(); }
      int main(int argc, char **argv) {
        puts(hidden_in_here() && strlen(argv[0]) ? "" : "no name");
        fflush(stdout);
        pause();
        return 0;
      }
      """;

  private final Libc libc = Libc.load();
  private final ContainerFiles files = new ContainerFiles(libc, PROC, Machine.ofHost());
  private ContainerLab lab;
  private Path folder;
  private Path dynamicProgram;
  private Path staticProgram;

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    lab = ContainerLab.in(folder);
    dynamicProgram = lab.tools().gcc("dynamic", WAIT, "-Wl,-z,now", "-fno-builtin");
    staticProgram = lab.tools().gcc("static", WAIT, "-static");
  }

  @Test
  void findsTheExecutable() throws Exception {
    for (Path program : List.of(dynamicProgram, staticProgram)) {
      Path root =
          program.equals(staticProgram)
              ? lab.root("executable-static", program)
              : lab.dynamicRoot("executable-dynamic", program);
      try (RunningContainer running = lab.run(root);
          FoundFiles found = files.find(Optional.empty(), running.container())) {
        TargetFile file = only(found);
        assertEquals("/bin/program", file.displayPath());
        assertEquals(FileIdentity.of(root.resolve("bin/program")), file.identity());
        assertEquals(Set.of(running.pid()), file.pids());
        assertEquals(1, functions(file, "main").size());
      }
    }
  }

  @Test
  void tellsTwoContainersOfOneImageApart() throws Exception {
    Path root = lab.dynamicRoot("shared", dynamicProgram);
    try (RunningContainer one = lab.run(root);
        RunningContainer two = lab.run(root)) {
      assertNotEquals(one.container().mountNamespaces(), two.container().mountNamespaces());
      for (String binary : List.of("c", "/bin/program")) {
        try (FoundFiles ofOne = files.find(Optional.of(binary), one.container());
            FoundFiles ofTwo = files.find(Optional.of(binary), two.container())) {
          assertEquals(only(ofOne).identity(), only(ofTwo).identity());
          assertEquals(Set.of(one.pid()), only(ofOne).pids());
          assertEquals(Set.of(two.pid()), only(ofTwo).pids());
        }
      }
    }
  }

  @Test
  void findsTheLibraryThatTheContainerUsesAndNotTheHosts() throws Exception {
    Path root = lab.dynamicRoot("mapped", dynamicProgram);
    try (RunningContainer running = lab.run(root);
        FoundFiles found = files.find(Optional.of("c"), running.container())) {
      TargetFile file = only(found);
      Path copy = root.resolve(file.displayPath().substring(1));
      assertEquals(FileIdentity.of(copy), file.identity());
      assertEquals(FileIdentity.of(copy), FileIdentity.of(file.path()));
      assertEquals(Set.of(running.pid()), file.pids());
    }
  }

  @Test
  void asksTheContainersProcessesForIfuncs() throws Exception {
    Path root = lab.dynamicRoot("ifunc", dynamicProgram);
    try (RunningContainer running = lab.run(root);
        FoundFiles found = files.find(Optional.of("c"), running.container())) {
      TargetFile file = only(found);
      Function strlen = functions(file, "strlen").get(0);
      assumeTrue(strlen.ifunc(), "this libc has one strlen for all processors");
      IfuncResolution resolution =
          new IfuncResolver(libc, new Processes(PROC)).resolve(file, strlen);
      assertEquals(1, resolution.fileOffsets().size());
      assertEquals(Set.of(), resolution.elsewhere());
    }
  }

  @Test
  void findsAnInstalledLibraryThroughTheContainersOwnCache() throws Exception {
    Path root = lab.root("installed", staticProgram);
    Path library = warehouse(root, "opt/libs/libwarehouse.so.2");
    Files.writeString(root.resolve("etc/ld.so.conf"), "/opt/libs\n");
    lab.tools().run("ldconfig", "-r", root.toString());
    assertTrue(Files.exists(root.resolve("etc/ld.so.cache")));
    try (RunningContainer running = lab.run(root);
        FoundFiles found = files.find(Optional.of("warehouse"), running.container())) {
      assertEquals("/opt/libs/libwarehouse.so.2", only(found).displayPath());
      assertEquals(FileIdentity.of(library), FileIdentity.of(only(found).path()));
      assertEquals(Set.of(), only(found).pids());
    }
  }

  @Test
  void findsMuslWhereItIsInstalledAndWhereItIsUsed() throws Exception {
    Path root = lab.root("musl", staticProgram);
    Path musl = warehouse(root, "lib/ld-musl-x86_64.so.1");
    Files.createSymbolicLink(
        root.resolve("lib/libc.musl-x86_64.so.1"), Path.of("/lib/ld-musl-x86_64.so.1"));
    try (RunningContainer running = lab.run(root);
        FoundFiles found = files.find(Optional.of("c"), running.container())) {
      assertEquals(FileIdentity.of(musl), only(found).identity());
    }
    lab.tools().gcc("libc.musl-x86_64.so.1", "int stock(void) { return 1; }", "-shared", "-fPIC");
    Path program =
        lab.tools()
            .gcc(
                "muslike",
                WAIT.replace("puts(", "stock(); puts("),
                "libc.musl-x86_64.so.1",
                "-Wl,-rpath," + folder);
    try (RunningContainer running = lab.run(lab.dynamicRoot("musl-used", program));
        FoundFiles found = files.find(Optional.of("libc.musl-x86_64.so.1"), running.container())) {
      assertEquals(folder + "/libc.musl-x86_64.so.1", only(found).displayPath());
      assertEquals(Set.of(running.pid()), only(found).pids());
    }
  }

  @Test
  void followsLinksWithinTheContainerOnly() throws Exception {
    Path root = lab.root("links", staticProgram);
    Path outside = Files.writeString(folder.resolve("library"), "what the host has there");
    Path inside = root.resolve(outside.toString().substring(1));
    Files.createDirectories(inside.getParent());
    Files.writeString(inside, "what the container has there");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../.." + outside));
    Files.createSymbolicLink(root.resolve("folder"), folder);
    try (RunningContainer running = lab.run(root)) {
      for (String path :
          List.of(
              outside.toString(),
              "/link",
              "/up",
              "/folder/library",
              "/../../../.." + outside,
              "/bin/../link")) {
        try (FoundFiles found = files.find(Optional.of(path), running.container())) {
          assertEquals("what the container has there", Files.readString(only(found).path()), path);
        }
      }
      // A folder's parent is the one that it has in the container, and a file has none.
      assertProblem(
          "There is no file /link/../library in the container; check the path",
          running,
          "/link/../library");
    }
  }

  @Test
  void doesNotFindWhatOnlyTheHostHas() throws Exception {
    Path root = lab.root("outside", staticProgram);
    Files.createSymbolicLink(root.resolve("link"), dynamicProgram);
    Files.createSymbolicLink(root.resolve("etc/ld.so.cache"), Path.of("/etc/ld.so.cache"));
    try (RunningContainer running = lab.run(root)) {
      for (String path :
          List.of("/link", dynamicProgram.toString(), "/../.." + dynamicProgram, "/bin/nothing")) {
        assertProblem(
            "There is no file " + path + " in the container; check the path", running, path);
      }
      assertProblem(
          "No process of the container uses a library c and none is installed in it; remove binary"
              + " if the program is statically linked, or give the file's path",
          running,
          "c");
    }
  }

  @Test
  void leavesNoWayOutThroughProc() throws Exception {
    Path root = lab.root("proc-links", staticProgram);
    try (RunningContainer running = lab.run(root)) {
      for (String path : List.of("/proc/1/exe", "/proc/1/root/bin/program", "/proc/1/cwd/x")) {
        assertProblem(
            path + ": this leads through a link of /proc or too many links", running, path);
      }
      assertProblem("/proc/kmsg: this file is empty", running, "/proc/kmsg");
    }
  }

  @Test
  void refusesWhatIsNoFileToRead() throws Exception {
    Path root = lab.root("hostile", staticProgram);
    lab.tools().run("mkfifo", root + "/bin/fifo", root + "/etc/ld.so.cache");
    lab.tools().run("mknod", root + "/bin/zero", "c", "1", "5");
    Files.createFile(root.resolve("bin/empty"));
    Files.createSymbolicLink(root.resolve("bin/round"), Path.of("round"));
    Files.createSymbolicLink(root.resolve("lib/libfifo.so"), Path.of("/bin/fifo"));
    try (RandomAccessFile huge = new RandomAccessFile(root + "/bin/huge", "rw")) {
      huge.setLength(17L << 30);
    }
    try (RunningContainer running = lab.run(root)) {
      assertProblem("/bin/fifo: this is not a regular file", running, "/bin/fifo");
      assertProblem("/bin/zero: this is not a regular file", running, "/bin/zero");
      assertProblem("/bin: this is not a regular file", running, "/bin");
      assertProblem("/bin/empty: this file is empty", running, "/bin/empty");
      assertProblem(
          "/bin/huge: this file has more than 17179869184 bytes, which is too many",
          running,
          "/bin/huge");
      assertProblem(
          "/bin/round: this leads through a link of /proc or too many links",
          running,
          "/bin/round");
      assertProblem(
          "There is no file /bin/program/x in the container; check the path",
          running,
          "/bin/program/x");
      assertProblem(
          "\"bin/program\" is a relative path; write it from the container's root, as in /bin/app",
          running,
          "bin/program");
      // Neither the cache nor the library can be read.
      assertProblem(
          "No process of the container uses a library fifo and none is installed in it; "
              + "did you mean fifo?",
          running,
          "fifo");
    }
  }

  @Test
  void opensAnExecutableThatHasLostItsName() throws Exception {
    Path root = lab.root("deleted", staticProgram);
    try (RunningContainer running = lab.run(root)) {
      FileIdentity identity = FileIdentity.of(root.resolve("bin/program"));
      Files.delete(root.resolve("bin/program"));
      assertOpens(identity, running);
      lab.tools().run("mkfifo", root + "/bin/program");
      assertOpens(identity, running);
    }
  }

  private void assertOpens(FileIdentity identity, RunningContainer running) throws IOException {
    try (FoundFiles found = files.find(Optional.empty(), running.container())) {
      assertEquals("/bin/program", only(found).displayPath());
      assertEquals(identity, FileIdentity.of(only(found).path()));
      assertArrayEquals(Files.readAllBytes(staticProgram), Files.readAllBytes(only(found).path()));
    }
  }

  @Test
  void opensALibraryThatHasLostItsName() throws Exception {
    Path root = lab.dynamicRoot("deleted-library", dynamicProgram);
    try (RunningContainer running = lab.run(root)) {
      Path library;
      try (FoundFiles found = files.find(Optional.of("c"), running.container())) {
        library = root.resolve(only(found).displayPath().substring(1));
      }
      FileIdentity identity = FileIdentity.of(library);
      Files.delete(library);
      try (FoundFiles found = files.find(Optional.of("c"), running.container())) {
        assertEquals(identity, FileIdentity.of(only(found).path()));
      }
    }
  }

  @Test
  void readsDebugFilesOfTheContainerOnly() throws Exception {
    Path stripped = folder.resolve("stripped");
    lab.tools().run("objcopy", "--only-keep-debug", "static", "stripped.debug");
    lab.tools().run("objcopy", "--strip-all", "static", "stripped");
    String id;
    try (ElfFile file = ElfFile.open(stripped)) {
      id = file.buildId().orElseThrow();
    }
    String place = ".build-id/" + id.substring(0, 2) + "/" + id.substring(2) + ".debug";
    Path own = lab.root("debug", stripped);
    Path debug = own.resolve("usr/lib/debug").resolve(place);
    Files.createDirectories(debug.getParent());
    Files.copy(folder.resolve("stripped.debug"), debug);
    assertEquals(1, hiddenFunctions(own));
    Path linked = lab.root("debug-linked", stripped);
    Files.createSymbolicLink(linked.resolve("usr/lib/debug"), debug.getParent().getParent());
    assertEquals(0, hiddenFunctions(linked));
  }

  private int hiddenFunctions(Path root) throws IOException {
    try (RunningContainer running = lab.run(root);
        FoundFiles found = files.find(Optional.empty(), running.container())) {
      return functions(only(found), "hidden_in_here").size();
    }
  }

  @Test
  void takesNoOtherProcessForOneOfTheContainer() throws Exception {
    Path root = lab.root("reused", staticProgram);
    try (RunningContainer running = lab.run(root)) {
      int self = (int) ProcessHandle.current().pid();
      long namespace = running.container().mountNamespaces().iterator().next();
      Container reused = ContainerLab.container(self, namespace);
      assertEquals(
          "Container " + reused.id().containerId() + " has no process any more",
          assertThrows(TargetException.class, () -> files.find(Optional.of("/bin/program"), reused))
              .getMessage());
      Container both =
          new Container(
              reused.id(), Set.of(namespace), new TreeSet<>(Set.of(self, running.pid())), self);
      try (FoundFiles found = files.find(Optional.empty(), both)) {
        assertEquals(Set.of(running.pid()), only(found).pids());
      }
    }
  }

  @Test
  void saysThatAContainerHasEnded() throws Exception {
    RunningContainer running = lab.run(lab.root("ended", staticProgram));
    running.close();
    ProcessHandle.of(running.pid()).ifPresent(each -> each.onExit().join());
    assertProblem(
        "Container " + running.container().id().containerId() + " has no process any more",
        running,
        "c");
  }

  @Test
  void closesAllThatItOpens() throws Exception {
    Path root = lab.dynamicRoot("closing", dynamicProgram);
    try (RunningContainer running = lab.run(root)) {
      FoundFiles found = files.find(Optional.of("c"), running.container());
      assertTrue(opened(root) > 0);
      found.close();
      found.close();
      assertThrows(TargetException.class, () -> files.find(Optional.of("q"), running.container()));
      assertEquals(0, opened(root));
    }
  }

  /** Descriptors of this process that lead into a folder of the test. */
  private static long opened(Path root) throws IOException {
    long count = 0;
    long device = FileIdentity.of(root).device();
    try (var all = Files.walk(root);
        var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      Set<FileIdentity> inside = new HashSet<>();
      for (Path each : all.toList()) {
        inside.add(new FileIdentity(device, (Long) Files.getAttribute(each, "unix:ino")));
      }
      for (Path each : descriptors) {
        if (Files.exists(each) && inside.contains(FileIdentity.of(each))) {
          count++;
        }
      }
    }
    return count;
  }

  @Test
  void findsARunningContainerByItsCgroup() throws Exception {
    Path cgroups = Path.of("/sys/fs/cgroup/unified");
    if (!Files.exists(cgroups.resolve("cgroup.procs"))) {
      cgroups = Path.of("/sys/fs/cgroup");
    }
    assumeTrue(Files.isWritable(cgroups.resolve("cgroup.procs")), "needs cgroups that it can make");
    try (RunningContainer running = lab.run(lab.root("cgroup", staticProgram))) {
      ContainerId id = running.container().id();
      Path test = cgroups.resolve("uprobe-test-" + running.pid());
      Path cgroup = test.resolve("pod" + id.podUid()).resolve(id.containerId());
      Files.createDirectories(cgroup);
      try {
        Files.writeString(cgroup.resolve("cgroup.procs"), Integer.toString(running.pid()));
        ContainerProcesses processes = new ContainerProcesses(PROC);
        assertEquals(running.container(), processes.all().get(id));
        assertEquals(Optional.of(running.container()), processes.of(running.pid()));
        int self = (int) ProcessHandle.current().pid();
        assertEquals(Optional.empty(), processes.of(self));
      } finally {
        Files.writeString(cgroups.resolve("cgroup.procs"), Integer.toString(running.pid()));
        Files.delete(cgroup);
        Files.delete(cgroup.getParent());
        Files.delete(test);
      }
    }
  }

  private Path warehouse(Path root, String path) throws Exception {
    Path library =
        lab.tools().gcc("libwarehouse.so.2", "int stock(void) { return 1; }", "-shared", "-fPIC");
    Path installed = root.resolve(path);
    Files.createDirectories(installed.getParent());
    return Files.copy(library, installed);
  }

  private void assertProblem(String message, RunningContainer running, String binary) {
    IOException e =
        assertThrows(
            IOException.class,
            () -> files.find(Optional.of(binary), running.container()).close(),
            binary);
    assertTrue(e instanceof TargetException || e instanceof FileSystemException, e.toString());
    assertEquals(message, e.getMessage());
  }

  private static List<Function> functions(TargetFile file, String symbol) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable table =
            FunctionTable.of(elf, DebugFiles.of(file.tree(), file.displayPath()))) {
      return table.find(symbol);
    }
  }

  private static TargetFile only(FoundFiles found) {
    assertEquals(1, found.files().size(), found.files().toString());
    return found.files().get(0);
  }
}
