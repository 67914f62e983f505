package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.path.Step;
import dev.uprobe.language.path.ValuePath;
import dev.uprobe.language.plan.ResolvedPath;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.text.SyntaxException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows one path through the types of a program, as C does. */
final class FieldPath {
  private final Types types;
  private final Structs structs;
  private final Readings readings;
  private final TypeName names;
  private final ArrayLengths lengths;
  private final Origin origin;

  /** The pointers that have been read. */
  private final List<Integer> offsets = new ArrayList<>();

  /** What the path has come to lies so many bytes behind what was read last. */
  private long pending;

  /** Whether the path has come no further than the argument itself. */
  private boolean isArgument = true;

  /** What has the type of what the path has come to; empty where that is not known. */
  private Optional<Entry> typed;

  /** How the path calls what it has come to. */
  private String name;

  FieldPath(Dwarf dwarf, Children children, Origin origin) {
    this.types = new Types(dwarf, children);
    this.structs = new Structs(dwarf, children);
    this.readings = new Readings(dwarf, children);
    this.names = new TypeName(dwarf, children);
    this.lengths = new ArrayLengths(children);
    this.origin = origin;
    this.typed = Optional.of(origin.typed());
    this.name = "";
  }

  /**
   * Returns what lies at the end.
   *
   * @throws SyntaxException when the path leads nowhere
   */
  ResolvedPath reach(ValuePath path) throws IOException {
    name = path.origin();
    for (Step step : path.steps()) {
      if (step instanceof Step.Field field) {
        field(field);
      } else if (step instanceof Step.Index index) {
        index(index);
      } else {
        offset((Step.Offset) step);
      }
    }
    return reached(path.plus());
  }

  private void field(Step.Field step) throws IOException {
    Entry type = type(step.column());
    boolean isPointer = Tag.isPointer(type.tag()) || type.tag() == Tag.ARRAY;
    if (step.isBehindPointer() && !isPointer) {
      throw new SyntaxException(
          step.column(),
          Tag.hasFields(type.tag()) && !isArgument
              ? "%s is a struct, not a pointer to one; write .%s".formatted(name, step.name())
              : "%s is %s, not a pointer to a struct".formatted(name, described()));
    }
    if (step.isBehindPointer() || Tag.isReference(type.tag())) {
      follow(type, step.column());
      type = type(step.column());
    } else if (isPointer) {
      throw new SyntaxException(
          step.column(), "%s is a pointer; write ->%s".formatted(name, step.name()));
    }
    if (isArgument) {
      throw new SyntaxException(
          step.column(), name + " is a structure passed by value, which cannot be read");
    }
    if (!Tag.hasFields(type.tag())) {
      throw new SyntaxException(
          step.column(), "%s is %s, not a struct with fields".formatted(name, described()));
    }
    Members.Member member = structs.member(type, step);
    if (member.entry().attribute(Entry.BIT_SIZE).isPresent()
        || member.entry().attribute(Entry.DATA_BIT_OFFSET).isPresent()) {
      throw new SyntaxException(
          step.column(),
          "%s is a bit-field, which shares its bytes with other fields; read them by their"
                  .formatted(step.name())
              + " offset");
    }
    add(member.offset(), step.column());
    typed = Optional.of(member.entry());
    name = step.name();
  }

  private void index(Step.Index step) throws IOException {
    Entry type = type(step.column());
    if (type.tag() == Tag.ARRAY && lengths.dimensions(type).size() > 1) {
      throw new SyntaxException(
          step.column(),
          name + " is an array of several dimensions; write the offset of the element in bytes");
    }
    follow(type, step.column());
    Optional<Entry> element = typed.isPresent() ? types.of(typed.get()) : Optional.empty();
    long size = element.isPresent() ? types.size(element.get()) : 0;
    if (size <= 0 || size > Source.Memory.MAX_OFFSET) {
      throw new SyntaxException(
          step.column(), "the size of the elements of %s is not known".formatted(name));
    }
    add(step.index() * size, step.column());
    name = name + "[" + step.index() + "]";
  }

  private void offset(Step.Offset step) throws IOException {
    follow(type(step.column()), step.column());
    add(step.bytes(), step.column());
    if (step.bytes() != 0) {
      typed = Optional.empty();
    }
    name = step.bytes() == 0 ? "*" + name : name + "->" + step.bytes();
  }

  /** Goes on to what a pointer points to; an array lies there itself. */
  private void follow(Entry type, int column) {
    if (type.tag() != Tag.ARRAY && !Tag.isPointer(type.tag())) {
      throw new SyntaxException(column, name + " is neither a pointer nor an array");
    }
    if (type.tag() != Tag.ARRAY) {
      if (!isArgument) {
        read(column);
      }
      pending = 0;
    }
    isArgument = false;
    typed = Optional.of(type);
  }

  private void read(int column) {
    if (offsets.size() == Source.Memory.MAX_STEPS) {
      throw new SyntaxException(
          column, "a path follows at most " + Source.Memory.MAX_STEPS + " pointers");
    }
    offsets.add((int) pending);
  }

  private void add(long bytes, int column) {
    pending += bytes;
    if (bytes > Source.Memory.MAX_OFFSET
        || pending < Source.Memory.MIN_OFFSET
        || pending > Source.Memory.MAX_OFFSET) {
      throw new SyntaxException(
          column,
          "what follows %s lies more than %d bytes behind it"
              .formatted(name, Source.Memory.MAX_OFFSET));
    }
  }

  private Entry type(int column) throws IOException {
    if (typed.isEmpty()) {
      throw new SyntaxException(
          column, "the type at %s is not known; continue with offsets in bytes".formatted(name));
    }
    return types
        .of(typed.get())
        .orElseThrow(
            () ->
                new SyntaxException(
                    column, "what %s points to is not known (void)".formatted(name)));
  }

  private String described() throws IOException {
    return typed.isPresent() ? names.declare(typed.get(), "").strip() : "of unknown type";
  }

  private ResolvedPath reached(int plus) throws IOException {
    Optional<Entry> type = typed.isPresent() ? types.of(typed.get()) : Optional.empty();
    boolean isInPlace = type.isPresent() && Readings.isInPlace(type.get());
    if (!isInPlace) {
      read(1);
    }
    Source source = memory(isInPlace ? pending + plus : plus);
    return type.isEmpty() || plus != 0
        ? Readings.untyped(
            source, isInPlace, "the type of the value is not known; give the type too")
        : readings.of(source, type.get(), name);
  }

  private Source memory(long plus) {
    add(0, 1);
    return new Source.Memory(origin.source(), offsets, (int) plus);
  }
}
