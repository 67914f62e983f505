package dev.uprobe.agent.containers;

import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.process.procfs.MountNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs programs as a container runtime does: with mount and pid namespaces of their own, and with a
 * folder of the host as their root.
 */
public record ContainerLab(Toolchain tools, Path enter) {
  private static final String ENTER =
      """
      #define _GNU_SOURCE
      #include <sched.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <sys/mount.h>
      #include <sys/prctl.h>
      #include <sys/syscall.h>
      #include <sys/wait.h>
      #include <unistd.h>
      static void check(int failed, const char *what) { if (failed) { perror(what); exit(1); } }
      int main(int argc, char **argv) {
        int told[2];
        char byte = 0;
        check(argc != 3 || pipe(told), "pipe");
        check(unshare(CLONE_NEWPID), "unshare");
        pid_t pid = fork();
        check(pid < 0, "fork");
        if (pid > 0) {
          printf("%d\\n", pid);
          fflush(stdout);
          check(write(told[1], &byte, 1) != 1, "write");
          return waitpid(pid, NULL, 0) < 0;
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        check(read(told[0], &byte, 1) != 1, "read");
        check(unshare(CLONE_NEWNS), "unshare");
        check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
        check(mount(argv[1], argv[1], NULL, MS_BIND | MS_REC, NULL), "bind");
        check(chdir(argv[1]), "chdir");
        check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
        check(umount2(".", MNT_DETACH), "umount");
        check(chdir("/"), "chdir");
        check(mount("proc", "/proc", "proc", 0, NULL), "proc");
        execl(argv[2], argv[2], NULL);
        check(1, argv[2]);
      }
      """;

  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  public static ContainerLab in(Path folder) throws IOException, InterruptedException {
    Toolchain tools = new Toolchain(folder);
    return new ContainerLab(tools, tools.gcc("enter", ENTER, "-static"));
  }

  /** A container that runs until it is closed. */
  public record RunningContainer(Container container, RunningProgram program)
      implements AutoCloseable {
    public int pid() {
      return container.rootPid();
    }

    @Override
    public void close() {
      program.close();
    }
  }

  /** Creates a root folder with a program, and with its libraries where the host has them. */
  Path dynamicRoot(String name, Path program) throws IOException, InterruptedException {
    Path root = root(name, program);
    Matcher libraries = LIBRARY.matcher(tools.run("ldd", program.toString()));
    while (libraries.find()) {
      install(root, Path.of(libraries.group(1)));
    }
    return root;
  }

  /** Creates a root folder with a program that needs no libraries. */
  public Path root(String name, Path program) throws IOException {
    Path root = tools.folder().resolve(name);
    for (String each : List.of("bin", "proc", "etc", "lib", "usr/lib")) {
      Files.createDirectories(root.resolve(each));
    }
    Path installed = Files.copy(program, root.resolve("bin/program"));
    if (!installed.toFile().setExecutable(true)) {
      throw new IOException(installed + " cannot be made executable");
    }
    return root;
  }

  /** Copies a file of the host to the same place in the root folder. */
  static Path install(Path root, Path file) throws IOException {
    Path copy = root.resolve(file.toString().substring(1));
    Files.createDirectories(copy.getParent());
    return Files.copy(file.toRealPath(), copy);
  }

  /** Runs {@code /bin/program} of a root folder, and waits until it says that it is ready. */
  public RunningContainer run(Path root) throws IOException {
    RunningProgram program = RunningProgram.start(enter, root.toString(), "/bin/program");
    int pid = Integer.parseInt(program.lines().get(0));
    long namespace = MountNamespace.of(Path.of("/proc", Integer.toString(pid)));
    return new RunningContainer(container(pid, namespace), program);
  }

  /** A container of one process. */
  static Container container(int pid, long mountNamespace) {
    return new Container(
        new ContainerId("0f3c1c8e-6d5b-4f0e-9a55-2b7f6f0f4f11", "5".repeat(64)),
        Set.of(mountNamespace),
        new TreeSet<>(Set.of(pid)),
        pid);
  }
}
