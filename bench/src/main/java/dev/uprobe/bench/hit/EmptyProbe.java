package dev.uprobe.bench.hit;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libbpf.BpfProgram;
import dev.uprobe.agent.sys.libbpf.BpfSystemCall;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bench.run.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Programs that return at once, attached as the agent attaches its own. */
public final class EmptyProbe implements Handle {
  private final BpfEnvironment environment;
  private final BpfObject object;
  private final Deque<Handle> links = new ArrayDeque<>();

  public EmptyProbe(BpfEnvironment environment, Place place) throws KernelException, IOException {
    this.environment = environment;
    this.object = BpfObject.open(environment, Files.readAllBytes(place.program("empty.bpf.o")));
    if (environment.features().uprobeMulti()) {
      object.program("on_entry").setExpectedAttachType(BpfSystemCall.BPF_TRACE_UPROBE_MULTI);
      object.program("on_return").setExpectedAttachType(BpfSystemCall.BPF_TRACE_UPROBE_MULTI);
    }
    object.load();
  }

  /** Attaches to a function, until this is closed. */
  public void attach(Path file, String function, boolean atReturn)
      throws KernelException, IOException {
    BpfProgram program = object.program(atReturn ? "on_return" : "on_entry");
    long offset = offset(file, function);
    if (environment.features().uprobeMulti()) {
      int link =
          environment
              .bpf()
              .attachUprobeMulti(
                  program.fd(),
                  file.toString(),
                  new long[] {offset},
                  new long[] {0},
                  new long[] {0},
                  atReturn);
      links.push(() -> environment.libc().close(link));
    } else {
      links.push(program.attachUprobe(file.toString(), offset, 0, 0, atReturn));
    }
  }

  static long offset(Path file, String function) throws IOException {
    try (ElfFile elf = ElfFile.open(file, file.toString());
        FunctionTable functions = FunctionTable.of(elf)) {
      return functions.find(function).stream()
          .mapToLong(Function::fileOffset)
          .findFirst()
          .orElseThrow(() -> new IOException(file + " has no function " + function + "."));
    }
  }

  @Override
  public void close() {
    links.forEach(Handle::close);
    object.close();
  }
}
