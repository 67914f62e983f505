package dev.uprobe.agent.cli;

import dev.uprobe.agent.doctor.Doctor;
import dev.uprobe.agent.doctor.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells whether tracing works on this host, and how to mend what is missing. */
@Command(
    name = "doctor",
    description =
        "Checks what this host supports, and says how to fix what is missing. The exit status is 1"
            + " if tracing cannot work.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Report report = new Doctor(Path.of("/proc"), Path.of("/sys")).examine();
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.text());
    out.flush();
    return report.tracingWorks() ? 0 : 1;
  }
}
