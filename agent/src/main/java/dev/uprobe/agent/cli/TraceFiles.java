package dev.uprobe.agent.cli;

import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.TraceCompiler;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.text.Sentence;
import dev.uprobe.language.yaml.TraceDocument;
import dev.uprobe.language.yaml.TraceReader;
import dev.uprobe.language.yaml.UnreadableTraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the traces that a command line names. */
final class TraceFiles {
  private static final String STANDARD_INPUT = "-";

  private final TraceReader reader = new TraceReader();
  private final InputStream standardInput;

  /** Creates one that reads the given stream where standard input is named. */
  TraceFiles(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /** Returns the plans of all traces of all files; {@code -} is standard input. */
  List<TracePlan> plans(List<String> files) throws CommandException {
    List<TracePlan> plans = new ArrayList<>();
    for (String file : files) {
      for (TraceDocument document : documents(file)) {
        plans.add(plan(document));
      }
    }
    return plans;
  }

  private List<TraceDocument> documents(String file) throws CommandException {
    boolean isStandardInput = file.equals(STANDARD_INPUT);
    try (InputStream in = isStandardInput ? standardInput : Files.newInputStream(Path.of(file))) {
      return reader.read(isStandardInput ? "standard input" : file, in);
    } catch (NoSuchFileException e) {
      throw new CommandException("There is no file " + file + "; check the path.");
    } catch (InvalidPathException e) {
      throw new CommandException(
          "\"" + file + "\" is not a path: " + e.getReason() + "; rename the file.");
    } catch (AccessDeniedException e) {
      throw new CommandException(file + " cannot be read: permission denied; run as its owner.");
    } catch (IOException e) {
      throw new CommandException(file + " cannot be read: " + Sentence.reason(e) + ".");
    } catch (UnreadableTraceException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static TracePlan plan(TraceDocument document) throws CommandException {
    try {
      return TraceCompiler.compile(document.trace());
    } catch (InvalidTraceException e) {
      throw new CommandException(
          e.problems().stream()
              .map(each -> document.locate(each.path(), each.message()))
              .collect(Collectors.joining(System.lineSeparator() + "uprobe-agent: ")));
    }
  }
}
