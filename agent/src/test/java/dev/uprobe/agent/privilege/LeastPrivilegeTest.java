package dev.uprobe.agent.privilege;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A process that starts with a container's capabilities, on a kernel that has uprobe_multi. */
@KernelTest
class LeastPrivilegeTest {
  private static final String FOUR = "+bpf,+perfmon,+sys_ptrace,+dac_read_search";
  private static final String NONE = "0000000000000000";
  private static final String FOUR_BITS = "000000c000080004";
  private static final String BPF_BIT = "0000008000000000";

  /** What the kernel says of each thread: inheritable, permitted, effective, bounding, ambient. */
  private static String sets(String inheritable, String ambient) {
    return "threads: %s %s %s %s %s"
        .formatted(inheritable, FOUR_BITS, FOUR_BITS, FOUR_BITS, ambient);
  }

  @Test
  void noThreadHasSysAdminOrSetpcapFromThenOn() throws Exception {
    List<String> lines = run(FOUR + ",+sys_admin,+setpcap", List.of());
    assertTrue(lines.contains(sets(NONE, NONE)), lines.toString());
  }

  @Test
  void whatIsInheritableOrAmbientGoesToo() throws Exception {
    List<String> lines =
        run(
            FOUR + ",+sys_admin,+setpcap",
            List.of(
                "--inh-caps",
                "-all," + FOUR + ",+sys_admin,+setpcap",
                "--ambient-caps",
                "+bpf,+sys_admin"));
    assertTrue(lines.contains(sets(FOUR_BITS, BPF_BIT)), lines.toString());
  }

  @Test
  void theProgramStartsAgainAsItDidAndWithNothingLeftOpen() throws Exception {
    List<String> again = run(FOUR + ",+sys_admin,+setpcap", List.of());
    List<String> once = run(FOUR, List.of());
    assertEquals(once, again);
    assertTrue(once.contains("arguments: [two words, , last]"), once.toString());
    assertTrue(once.contains("variable: kept"), once.toString());
  }

  @Test
  void withoutSetpcapItDoesNotGoOn() throws Exception {
    List<String> lines = run(FOUR + ",+sys_admin", List.of());
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("no CAP_SETPCAP"), lines.toString());
  }

  private static List<String> run(String capabilities, List<String> more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--no-new-privs", "--bounding-set", "-all," + capabilities));
    command.addAll(more.isEmpty() ? List.of("--inh-caps", "-all") : more);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.addAll(List.of("two words", "", "last"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("VARIABLE", "kept");
    Process process = builder.start();
    try {
      List<String> lines = process.inputReader().lines().toList();
      process.waitFor();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Says what it is after it has given up what it can. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      try {
        new LeastPrivilege(BpfEnvironment.load()).take();
      } catch (KernelException e) {
        System.out.println(e.getMessage());
        return;
      }
      System.out.println("arguments: " + List.of(arguments));
      System.out.println("variable: " + System.getenv("VARIABLE"));
      System.out.println("name: " + Files.readString(Path.of("/proc/self/comm")).strip());
      System.out.println("threads: " + capabilities());
      System.out.println("open: " + openFiles());
    }

    /** One line if all threads have the same. */
    private static String capabilities() throws IOException {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        return tasks
            .map(task -> read(task.resolve("status")))
            .map(
                status ->
                    status
                        .lines()
                        .filter(line -> line.startsWith("Cap"))
                        .map(line -> line.substring(line.indexOf('\t') + 1))
                        .collect(Collectors.joining(" ")))
            .distinct()
            .collect(Collectors.joining(" and "));
      }
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        // A thread that has ended has no capabilities.
        return "";
      }
    }

    private static String openFiles() throws IOException {
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        return files
            .map(LeastPrivilegeTest.Child::target)
            .filter(target -> target.startsWith("/") && !target.startsWith("/proc/"))
            .map(target -> target.substring(target.lastIndexOf('/') + 1))
            .sorted()
            .collect(Collectors.joining(" "));
      }
    }

    private static String target(Path link) {
      try {
        return Files.readSymbolicLink(link).toString();
      } catch (IOException e) {
        return "";
      }
    }
  }
}
