package dev.uprobe.agent.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.sys.libc.Architecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A program that has a tail call runs on the stack of the thread that it interrupts; others get a
 * stack that all runs on a CPU share (kernel/bpf/verifier.c, check_max_stack_depth).
 */
class ThreadStackTest {
  private static final Pattern FUNCTION = Pattern.compile("^[0-9a-f]+ <((?!LBB)\\w+)>:$");

  /** The number of bpf_tail_call in enum bpf_func_id. */
  private static final Pattern TAIL_CALL = Pattern.compile("^\\s+\\d+:\\s+call 12$");

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void everyProgramHasATailCall(Architecture architecture, @TempDir Path folder) throws Exception {
    Set<String> all = new TreeSet<>();
    for (ProbeProgram program : ProbeProgram.values()) {
      all.add(program.symbol());
    }
    for (boolean atomics : List.of(false, true)) {
      Path object = Files.write(folder.resolve("o"), BpfPrograms.uprobe(architecture, atomics));
      assertEquals(all, withTailCall(object));
    }
  }

  private static Set<String> withTailCall(Path object) throws IOException, InterruptedException {
    Process disassembler =
        new ProcessBuilder("llvm-objdump", "-d", "--no-show-raw-insn", object.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(disassembler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, disassembler.waitFor());
    Set<String> found = new TreeSet<>();
    String function = "";
    for (String line : text.lines().toList()) {
      Matcher name = FUNCTION.matcher(line);
      if (name.matches()) {
        function = name.group(1);
      } else if (TAIL_CALL.matcher(line).matches()) {
        found.add(function);
      }
    }
    return found;
  }
}
