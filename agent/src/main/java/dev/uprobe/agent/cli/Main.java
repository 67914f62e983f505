package dev.uprobe.agent.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code uprobe-agent}: traces functions of programs and libraries. */
@Command(
    name = "uprobe-agent",
    description =
        "Shows what functions of programs and libraries are called with, and what they return.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "uprobe-agent " + Main.VERSION)
public final class Main {
  static final String VERSION = "0.1.0";

  private Main() {}

  /** Runs the command line; the exit status is 0, 1 for a failure, or 2 for wrong usage. */
  public static void main(String[] args) {
    // Not System.out, which would hide that its reader is gone.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.exit(run(System.in, out, System.err, args));
  }

  static int run(InputStream in, OutputStream out, OutputStream err, String... args) {
    return new CommandLine(new Main())
        .addSubcommand(new TraceCommand(in, out))
        .addSubcommand(new SymbolsCommand())
        .addSubcommand(new DoctorCommand())
        .addSubcommand(new NodeCommand())
        .addSubcommand(new RehearseCommand(out))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setParameterExceptionHandler(Main::misuse)
        .setExecutionExceptionHandler(Main::fail)
        .execute(args);
  }

  private static int misuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("uprobe-agent: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    command.usage(err);
    return command.getCommandSpec().exitCodeOnInvalidInput();
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
