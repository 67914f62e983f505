package dev.uprobe.agent.dwarf;

import dev.uprobe.agent.elf.DebugFiles;
import dev.uprobe.agent.elf.DebugInfo;
import dev.uprobe.agent.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The prototypes of a file's functions, from its debug information.
 *
 * <p>They say how values are passed, not how the source spells their types: a {@code Celsius} is a
 * {@code int32_t}, a reference a pointer.
 */
public final class Prototypes implements AutoCloseable {
  private static final int PARAMETER = 0x05;
  private static final int UNSPECIFIED_PARAMETERS = 0x18;
  private static final int MAX_PARAMETERS = 16;

  private final DebugInfo info;
  private final Dwarf dwarf;
  private final Subprograms subprograms;
  private final TypeName types;

  private Prototypes(DebugInfo info) throws IOException {
    this.info = info;
    this.dwarf = new Dwarf(info);
    this.subprograms = new Subprograms(dwarf);
    this.types = new TypeName(dwarf);
  }

  /**
   * Opens the debug information of a file, which must stay open as long.
   *
   * @return empty where neither the file nor a debug file of it has any
   */
  public static Optional<Prototypes> open(ElfFile file, DebugFiles debugFiles) throws IOException {
    Optional<DebugInfo> info = DebugInfo.open(file, debugFiles);
    if (info.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Prototypes(info.get()));
    } catch (IOException e) {
      info.get().close();
      throw e;
    }
  }

  /**
   * Returns the prototype of the function that begins at an address, under the name {@code f}.
   *
   * @param address before any load bias
   * @return empty where the debug information does not know the function
   */
  public Optional<String> at(long address) throws IOException {
    Optional<Entry> function = subprograms.at(address);
    return function.isPresent() ? Optional.of(prototype(function.get())) : Optional.empty();
  }

  private String prototype(Entry function) throws IOException {
    // An optimised function says what it is made of, a method where it was declared.
    Optional<Entry> origin = dwarf.referred(function, Entry.ABSTRACT_ORIGIN);
    Entry defined = origin.orElse(function);
    Optional<Entry> declared = dwarf.referred(defined, Entry.SPECIFICATION);
    Entry typed = defined.attribute(Entry.TYPE).isPresent() ? defined : declared.orElse(defined);
    return types.declare(typed, "f") + "(" + parameters(defined) + ")";
  }

  private String parameters(Entry function) throws IOException {
    List<String> declarations = new ArrayList<>();
    CNames names = new CNames();
    for (Entry child : subprograms.children(function)) {
      if (child.tag() == UNSPECIFIED_PARAMETERS || declarations.size() == MAX_PARAMETERS) {
        declarations.add("...");
        break;
      }
      if (child.tag() == PARAMETER) {
        declarations.add(parameter(child, declarations.size() + 1, names));
      }
    }
    return declarations.isEmpty() ? "void" : String.join(", ", declarations);
  }

  private String parameter(Entry parameter, int number, CNames names) throws IOException {
    Optional<Entry> origin = dwarf.referred(parameter, Entry.ABSTRACT_ORIGIN);
    Optional<String> name = dwarf.text(parameter, Entry.NAME);
    if (name.isEmpty() && origin.isPresent()) {
      name = dwarf.text(origin.get(), Entry.NAME);
    }
    Entry typed =
        parameter.attribute(Entry.TYPE).isPresent() ? parameter : origin.orElse(parameter);
    return types.declare(typed, names.parameter(name.orElse(""), number));
  }

  @Override
  public void close() throws IOException {
    info.close();
  }
}
