package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.path.PathParser;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.ResolvedPath;
import dev.uprobe.language.plan.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The types of one function.
 *
 * <p>Its prototype says how values are passed, not how the source spells their types: a {@code
 * Celsius} is a {@code int32_t}, a reference a pointer.
 */
final class DebugFunction implements FunctionTypes {
  private static final int MAX_PARAMETERS = 16;

  private final Dwarf dwarf;
  private final Children children;
  private final TypeName names;
  private final Entry function;

  DebugFunction(Dwarf dwarf, Entry function) {
    this.dwarf = dwarf;
    this.children = new Children(dwarf);
    this.names = new TypeName(dwarf, children);
    this.function = function;
  }

  @Override
  public String prototype() {
    try {
      return names.declare(returned(), "f") + "(" + parameterList() + ")";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ResolvedPath reach(String path, Optional<Source> from) {
    try {
      Origin origin =
          new Origins(dwarf, children, parameters(), returned()).of(PathParser.parse(path), from);
      return new FieldPath(dwarf, children, origin).reach(PathParser.parse(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An optimised function says what it is made of. */
  private Entry defined() throws IOException {
    return dwarf.referred(function, Entry.ABSTRACT_ORIGIN).orElse(function);
  }

  /** Returns what has the type of the return value: a method, where it was declared. */
  private Entry returned() throws IOException {
    Entry defined = defined();
    Optional<Entry> declared = dwarf.referred(defined, Entry.SPECIFICATION);
    return defined.attribute(Entry.TYPE).isPresent() ? defined : declared.orElse(defined);
  }

  private String parameterList() throws IOException {
    List<String> declarations = new ArrayList<>();
    for (Parameter each : parameters()) {
      declarations.add(names.declare(each.typed(), each.name()));
    }
    if (isOpen()) {
      declarations.add("...");
    }
    return declarations.isEmpty() ? "void" : String.join(", ", declarations);
  }

  private boolean isOpen() throws IOException {
    List<Entry> parts = children.of(defined());
    long parameters = parts.stream().filter(each -> each.tag() == Tag.PARAMETER).count();
    return parameters > MAX_PARAMETERS
        || parts.stream().anyMatch(each -> each.tag() == Tag.UNSPECIFIED_PARAMETERS);
  }

  private List<Parameter> parameters() throws IOException {
    List<Parameter> parameters = new ArrayList<>();
    CNames taken = new CNames();
    for (Entry child : children.of(defined())) {
      if (child.tag() == Tag.PARAMETER && parameters.size() < MAX_PARAMETERS) {
        parameters.add(parameter(child, parameters.size() + 1, taken));
      }
    }
    return parameters;
  }

  private Parameter parameter(Entry parameter, int number, CNames taken) throws IOException {
    Optional<Entry> origin = dwarf.referred(parameter, Entry.ABSTRACT_ORIGIN);
    Optional<String> name = dwarf.text(parameter, Entry.NAME);
    if (name.isEmpty() && origin.isPresent()) {
      name = dwarf.text(origin.get(), Entry.NAME);
    }
    Entry typed =
        parameter.attribute(Entry.TYPE).isPresent() ? parameter : origin.orElse(parameter);
    return new Parameter(taken.parameter(name.orElse(""), number), typed);
  }
}
