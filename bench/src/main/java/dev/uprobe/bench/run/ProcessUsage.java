package dev.uprobe.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used.
 *
 * @param cpuSeconds of all its threads, in user and kernel
 * @param residentBytes the memory that it has now (VmRSS of proc_pid_status(5))
 */
public record ProcessUsage(double cpuSeconds, long residentBytes) {
  /** USER_HZ, which is 100 on every architecture of Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** Asks the kernel. */
  public static ProcessUsage of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    String stat = Files.readString(process.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return new ProcessUsage(ticks / TICKS_PER_SECOND, resident(process));
  }

  private static long resident(Path process) throws IOException {
    return Files.readAllLines(process.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
