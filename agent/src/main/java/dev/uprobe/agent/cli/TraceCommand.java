package dev.uprobe.agent.cli;

import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.sinks.DroppingSink;
import dev.uprobe.agent.events.sinks.OutputQueue;
import dev.uprobe.agent.host.HostSession;
import dev.uprobe.agent.host.TraceException;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs traces on this host until it is told to stop. */
@Command(
    name = "trace",
    description = "Runs the traces of UprobeTrace files on this host until Ctrl-C.",
    footer = {
      "",
      "A summary of all probes is printed to standard error on SIGUSR1 and at the end."
    },
    mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
  private static final int MEGABYTE = 1 << 20;
  private static final int MAX_BUFFER_MEGABYTES = 1024;

  /** What a shell shows of a process that SIGINT has ended. */
  private static final int INTERRUPTED = 128 + 2;

  private final InputStream in;
  private final CheckedOutput out;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "A file with one or more UprobeTraces in YAML or JSON; - for standard input.")
  private List<String> files;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "text, json, or folded: stacks for flame graphs, counted until the end. Default: text"
              + " on a terminal, otherwise json.")
  private OutputFormat output;

  @Option(
      names = "--buffer",
      paramLabel = "MIB",
      defaultValue = "8",
      description =
          "Size of the ring buffer between kernel and agent in MiB, a power of two. Default: 8.")
  private int bufferMegabytes;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Name of this host in JSON events. Default: the host name.")
  private String node;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Also print messages of libbpf and of the kernel's verifier if something fails.")
  private boolean verbose;

  /**
   * Creates one.
   *
   * @param in what the file {@code -} stands for
   * @param out gets the events
   */
  TraceCommand(InputStream in, CheckedOutput out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    if (bufferMegabytes < 1
        || bufferMegabytes > MAX_BUFFER_MEGABYTES
        || Integer.bitCount(bufferMegabytes) != 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--buffer takes a power of two from 1 to " + MAX_BUFFER_MEGABYTES + " (MiB).");
    }
    Signals.acceptStop(Libc.load());
    List<TracePlan> plans = new TraceFiles(in).plans(files);
    plans.forEach(plan -> plan.advice().forEach(this::tell));
    if (output == OutputFormat.folded) {
      checkStacks(plans);
    }
    OutputQueue queue = new OutputQueue(out);
    try (EventSink sink = new DroppingSink(format().sink(queue, nodeName()), queue)) {
      trace(plans, sink);
      return 0;
    } catch (TraceException e) {
      throw failure(e.getMessage(), e.details());
    } catch (KernelException e) {
      throw failure(e.getMessage(), e.details());
    } catch (IOException e) {
      if (out.failure().isPresent()) {
        // Said where all commands end.
        return CommandLine.ExitCode.SOFTWARE;
      }
      throw new CommandException("The events cannot be written: " + Sentence.reason(e) + ".");
    }
  }

  private static void checkStacks(List<TracePlan> plans) throws CommandException {
    for (TracePlan plan : plans) {
      for (ProbePlan probe : plan.probes()) {
        if (probe.stack() == 0) {
          throw new CommandException(
              "--output folded shows stacks only, and probe "
                  + probe.name()
                  + " of trace "
                  + plan.name()
                  + " has none; add stack: 32 to it, or take another output.");
        }
      }
    }
  }

  private void trace(List<TracePlan> plans, EventSink sink)
      throws TraceException, KernelException, IOException, InterruptedException {
    BpfEnvironment environment = BpfEnvironment.load();
    try (HostSession session =
        HostSession.start(environment, plans, bufferMegabytes * MEGABYTE, sink, this::tell)) {
      Interrupts interrupts = new Interrupts(session::stop, this::halt, System::nanoTime);
      Signals.onInterrupt(interrupts::onInterrupt);
      Signals.onEnd(interrupts::onEnd);
      Signals.onSummary(() -> printSummary(session));
      int functions = session.functions();
      tell(
          "Attached to "
              + functions
              + (functions == 1 ? " function" : " functions")
              + "; Ctrl-C ends.");
      session.await();
      interrupts.onEnd();
      session.finish();
      printSummary(session);
    }
  }

  /** The kernel takes the probes out when the process is gone. */
  private void halt() {
    tell("Interrupted again: ending at once, without the output that is not printed yet.");
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  private void printSummary(HostSession session) {
    try {
      PrintWriter err = spec.commandLine().getErr();
      err.print(System.lineSeparator() + SummaryTable.of(session.summary()));
      err.flush();
    } catch (TraceException e) {
      tell("No summary: " + e.getMessage());
    }
  }

  private void tell(String sentence) {
    spec.commandLine().getErr().println(sentence);
  }

  private OutputFormat format() {
    // Not System.console(): Java 22 to 24 have one without a terminal, others none without standard
    // input.
    boolean terminal = Libc.load().isatty(Main.STANDARD_OUTPUT) == 1;
    OutputFormat byDefault = terminal ? OutputFormat.text : OutputFormat.json;
    return Optional.ofNullable(output).orElse(byDefault);
  }

  private String nodeName() {
    return Optional.ofNullable(node).orElseGet(TraceCommand::hostName);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private CommandException failure(String message, String details) {
    if (details.isEmpty()) {
      return new CommandException(message);
    }
    return new CommandException(
        verbose
            ? message + System.lineSeparator() + details
            : message + " (--verbose shows the kernel's messages.)");
  }
}
