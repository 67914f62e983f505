package dev.uprobe.agent.cli;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import dev.uprobe.agent.binary.usdt.UsdtProbes;
import dev.uprobe.agent.engine.locate.ReturnCounts;
import dev.uprobe.agent.events.model.Printable;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the functions of a file that a probe can name. */
@Command(
    name = "symbols",
    description = "Lists the functions of a program or library that can be probed.",
    mixinStandardHelpOptions = true)
final class SymbolsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "BINARY",
      description = "A path, or the name of a library: c, ssl, libc.so.6.")
  private String binary;

  @Parameters(
      index = "1",
      paramLabel = "GLOB",
      arity = "0..1",
      defaultValue = "*",
      description = "Only functions that match, such as 'SSL_*'. Default: all.")
  private String glob;

  @Option(
      names = "--usdt",
      description = "List static probes (provider:name) instead, and where their arguments are.")
  private boolean usdt;

  @Option(
      names = "--returns",
      description = "Instead, count how returns of these functions are detected.")
  private boolean returns;

  @Option(names = "--mangled", description = "Print names as in the symbol tables.")
  private boolean mangled;

  @Override
  public Integer call() throws CommandException {
    // Processes may use several files of one name, whose functions are mostly the same.
    Set<String> lines = new LinkedHashSet<>();
    try (FoundFiles found = files()) {
      for (TargetFile file : found.files()) {
        lines.addAll(listed(file));
      }
    } catch (IOException e) {
      throw new CommandException(Sentence.reason(e) + ".");
    }
    if (lines.isEmpty() && usdt) {
      throw new CommandException(
          binary
              + " has no static probe"
              + (glob.equals("*") ? "" : " " + glob)
              + "; name a function instead.");
    }
    if (lines.isEmpty()) {
      throw new CommandException(
          binary
              + " has no function "
              + glob
              + " that its symbol tables name; install its debug symbols, or try another name.");
    }
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
    return 0;
  }

  private List<String> listed(TargetFile file) throws IOException {
    if (usdt) {
      return staticProbes(file);
    }
    return returns ? returns(file) : functions(file);
  }

  private String shown(Function function) {
    String readable = function.readableName();
    return mangled || readable.equals(function.name()) ? function.versionedName() : readable;
  }

  /** A file may name its functions as it likes, and this goes to a terminal. */
  private static String printable(String name) {
    return Printable.of(name.getBytes(StandardCharsets.UTF_8));
  }

  private FoundFiles files() throws IOException {
    HostFilter everything = new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.empty());
    return HostFiles.ofThisHost(Libc.load()).find(Optional.of(binary), HostTarget.of(everything));
  }

  private List<String> functions(TargetFile file) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      Optional<GoFunctions> go = GoFunctions.of(elf);
      List<Function> found = new ArrayList<>(go.isPresent() ? go.get().find(glob) : List.of());
      found.addAll(functions.find(glob));
      if (found.isEmpty()) {
        // Of a function that is not there as it was written, what the compiler made of it.
        found.addAll(functions.clones(glob));
      }
      return found.stream()
          .map(each -> printable(shown(each)) + (each.ifunc() ? "  (ifunc)" : ""))
          .toList();
    }
  }

  private List<String> returns(TargetFile file) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(file.tree(), file.displayPath());
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      ReturnCounts counts = ReturnCounts.of(elf, functions, functions.find(glob));
      List<String> lines = new ArrayList<>();
      lines.add(file.displayPath() + ": " + counts.total() + " functions");
      lines.add(counts.uretprobe() + " with a uretprobe");
      lines.add(
          counts.instructions()
              + " at their return instructions, of which "
              + counts.jumps()
              + " may also leave by a jump after which no return is seen");
      lines.add(counts.refused() + " refused");
      counts.refusals().forEach(each -> lines.add("  " + each));
      return lines.stream().map(SymbolsCommand::printable).toList();
    }
  }

  private List<String> staticProbes(TargetFile file) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath())) {
      return UsdtProbes.of(elf, glob).stream()
          .map(each -> each.fullName() + "  " + each.arguments())
          .map(each -> printable(each.strip()))
          .toList();
    }
  }
}
