package dev.uprobe.agent.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code uprobe-agent}: traces functions of programs and libraries. */
@Command(
    name = "uprobe-agent",
    description =
        "Shows what functions of programs and libraries are called with, and what they return.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "uprobe-agent 0.1.0",
    subcommands = {TraceCommand.class, SymbolsCommand.class, DoctorCommand.class})
public final class Main {
  private Main() {}

  /** Runs the command line; the exit status is 0, 1 for a failure, or 2 for wrong usage. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(Main::fail);
    return line.execute(args);
  }

  /** A failure that was foreseen is a sentence; anything else is a bug, and shows where it is. */
  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult result) {
    PrintWriter err = command.getErr();
    if (e instanceof CommandException) {
      err.println("uprobe-agent: " + e.getMessage());
    } else {
      err.println("uprobe-agent: internal error; please report it with what follows.");
      e.printStackTrace(err);
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
