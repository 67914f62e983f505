package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.disasm.Code;
import dev.uprobe.agent.binary.disasm.FunctionCode.Jump;
import dev.uprobe.agent.binary.disasm.Stub;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Relocations;
import dev.uprobe.agent.binary.elf.Relocations.Import;
import dev.uprobe.agent.binary.functions.CodeRanges.Range;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the jumps of a file's functions lead to. */
final class JumpTargets {
  /** All symbols or relocations are looked through for each. */
  private static final int MAX_KNOWN = 2048;

  private static final int STUB_SIZE = 32;
  private static final String ELSEWHERE = "a function that is only known at run time";

  private final ElfFile elf;
  private final ProbedCode code;
  private final Map<Long, Optional<Import>> imports = new HashMap<>();
  private final Map<Long, Optional<String>> names = new HashMap<>();

  JumpTargets(ElfFile elf, ProbedCode code) {
    this.elf = elf;
    this.code = code;
  }

  /** Returns the function of this file that an address belongs to. */
  Optional<Range> own(long address) throws IOException {
    return elf.inStubs(address) ? Optional.empty() : code.range(address);
  }

  /**
   * Returns where the dynamic linker writes a jump's target; empty for a jump that reads no such
   * slot.
   */
  OptionalLong slot(Jump jump) throws IOException {
    if (jump.target().isEmpty()) {
      return jump.slot();
    }
    long stub = jump.target().getAsLong();
    return elf.inStubs(stub) && elf.fileOffset(stub + STUB_SIZE).isPresent()
        ? Stub.slot(elf.machine(), new Code(stub, elf.code(stub, STUB_SIZE)))
        : OptionalLong.empty();
  }

  /**
   * Returns the function of this file that a slot leads to, unless a process has another one of
   * that name.
   */
  Optional<Range> own(OptionalLong slot) throws IOException {
    Optional<Import> found = slot.isPresent() ? importAt(slot.getAsLong()) : Optional.empty();
    return found.isPresent() && found.get().address().isPresent()
        ? own(found.get().address().getAsLong())
        : Optional.empty();
  }

  /** Returns what messages call the function that a jump leads to. */
  String name(Jump jump) throws IOException {
    OptionalLong slot = slot(jump);
    if (slot.isPresent()) {
      return importAt(slot.getAsLong()).map(Import::name).orElse(ELSEWHERE);
    }
    return jump.target().isPresent() ? nameAt(jump.target().getAsLong()) : ELSEWHERE;
  }

  private String nameAt(long address) throws IOException {
    Optional<String> known = names.get(address);
    if (known == null) {
      known = names.size() < MAX_KNOWN ? code.name(address) : Optional.empty();
      names.put(address, known);
    }
    return known.orElse(ELSEWHERE);
  }

  private Optional<Import> importAt(long slot) throws IOException {
    Optional<Import> known = imports.get(slot);
    if (known == null) {
      known = imports.size() < MAX_KNOWN ? Relocations.of(elf).importAt(slot) : Optional.empty();
      imports.put(slot, known);
    }
    return known;
  }
}
