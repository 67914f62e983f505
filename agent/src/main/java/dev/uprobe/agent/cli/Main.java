package dev.uprobe.agent.cli;

import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.language.text.Sentence;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
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
    versionProvider = Version.class)
public final class Main {
  /** What a shell shows of a process that SIGPIPE has ended, as it ends other programs. */
  static final int BROKEN_PIPE = 128 + 13;

  static final int STANDARD_OUTPUT = 1;
  private static final int POLLERR = 8;

  private Main() {}

  /**
   * Runs the command line; the exit status is 0, 1 for a failure, 2 for wrong usage, or 141 when
   * the reader of standard output is gone.
   */
  public static void main(String[] args) {
    // Not System.out, which would hide that its reader is gone.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.exit(run(System.in, out, System.err, args));
  }

  static int run(InputStream in, OutputStream stdout, OutputStream stderr, String... args) {
    CheckedOutput out = new CheckedOutput(stdout);
    PrintWriter err = new PrintWriter(stderr, true, StandardCharsets.UTF_8);
    int status = run(in, out, err, args);
    return out.failure().map(e -> fail(e, err)).orElse(status);
  }

  private static int run(InputStream in, CheckedOutput out, PrintWriter err, String... args) {
    return new CommandLine(new Main())
        .addSubcommand(new TraceCommand(in, out))
        .addSubcommand(new SymbolsCommand())
        .addSubcommand(new DoctorCommand())
        .addSubcommand(new NodeCommand())
        .addSubcommand(new TrainAotCommand(out))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(err)
        .setParameterExceptionHandler(Main::misuse)
        .setExecutionExceptionHandler(Main::fail)
        .execute(args);
  }

  /** A reader that is gone has what it wanted; anything else that cannot be written is missed. */
  private static int fail(IOException e, PrintWriter err) {
    if (isReaderGone()) {
      return BROKEN_PIPE;
    }
    err.println("uprobe-agent: Cannot write to standard output: " + Sentence.reason(e) + ".");
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Asks the kernel, for the words of the exception depend on the language. */
  private static boolean isReaderGone() {
    Libc libc = Libc.load();
    Pointer pollFd = Memory.allocateDirect(libc.runtime(), 8, true);
    pollFd.putInt(0, STANDARD_OUTPUT);
    libc.poll(pollFd, 1, 0);
    return (pollFd.getShort(6) & POLLERR) != 0;
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
