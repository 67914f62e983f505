package dev.uprobe.agent.dwarf;

import dev.uprobe.path.Path;
import dev.uprobe.path.Step;
import dev.uprobe.plan.Reached;
import dev.uprobe.plan.Source;
import dev.uprobe.plan.ValueType;
import dev.uprobe.text.NearestNames;
import dev.uprobe.text.SyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows one path through the types of a program, as C does. */
final class FieldPath {
  private static final int MAX_LISTED = 20;
  private static final int MAX_BYTES = 4096;

  private final Dwarf dwarf;
  private final Types types;
  private final Members members;
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
    this.dwarf = dwarf;
    this.types = new Types(dwarf);
    this.members = new Members(dwarf, children);
    this.names = new TypeName(dwarf);
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
  Reached reach(Path path) throws IOException {
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
              : "%s is %s, no pointer to a struct".formatted(name, described()));
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
          step.column(), "%s is %s, no struct with fields".formatted(name, described()));
    }
    Entry struct = whole(type, step.column());
    Members.Member member =
        members.find(struct, step.name()).orElseThrow(() -> unknown(struct, step));
    if (member.entry().attribute(Entry.BIT_SIZE).isPresent()
        || member.entry().attribute(Entry.DATA_BIT_OFFSET).isPresent()) {
      throw new SyntaxException(
          step.column(),
          "%s is a bit-field, of which no byte is its own; read the bytes that it is in, by their"
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
      throw new SyntaxException(column, name + " is no pointer and no array");
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
          column, "what is at %s is not known; go on with offsets in bytes".formatted(name));
    }
    return types
        .of(typed.get())
        .orElseThrow(
            () ->
                new SyntaxException(
                    column, "what %s points to is not known (void)".formatted(name)));
  }

  /** Returns a struct's definition, where only its name is declared. */
  private Entry whole(Entry struct, int column) throws IOException {
    if (struct.attribute(Entry.DECLARATION).isEmpty()) {
      return struct;
    }
    Optional<String> wanted = dwarf.text(struct, Entry.NAME);
    Optional<Entry> definition =
        wanted.isPresent() ? new Definitions(dwarf).find(struct, wanted.get()) : Optional.empty();
    return definition.orElseThrow(
        () ->
            new SyntaxException(
                column,
                "the debug information declares struct %s, and does not define it; write offsets in bytes"
                    .formatted(wanted.orElse(""))));
  }

  private SyntaxException unknown(Entry struct, Step.Field step) {
    try {
      List<String> known = members.names(struct);
      String listed =
          String.join(", ", known.subList(0, Math.min(MAX_LISTED, known.size())))
              + (known.size() > MAX_LISTED ? ", ..." : "");
      return new SyntaxException(
          step.column(),
          "struct %s has no field %s%s (its fields: %s)"
              .formatted(
                  dwarf.text(struct, Entry.NAME).orElse("(unnamed)"),
                  step.name(),
                  NearestNames.hint(step.name(), known),
                  listed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String described() throws IOException {
    return typed.isPresent() ? names.declare(typed.get(), "").strip() : "of unknown type";
  }

  private Reached reached(int plus) throws IOException {
    Optional<Entry> type = typed.isPresent() ? types.of(typed.get()) : Optional.empty();
    boolean isArray = type.isPresent() && type.get().tag() == Tag.ARRAY;
    boolean isInPlace = isArray || type.isPresent() && Tag.hasFields(type.get().tag());
    if (!isInPlace) {
      read(1);
    }
    Source source = memory(isInPlace ? pending + plus : plus);
    if (type.isEmpty() || plus != 0) {
      return untyped(source, isInPlace, "the type of what is there is not known; write it too");
    }
    if (isArray) {
      return array(source, type.get());
    }
    if (isInPlace) {
      return untyped(source, true, whyNoField(type.get()));
    }
    if (Tag.isPointer(type.get().tag())) {
      return pointer(source, type.get());
    }
    Optional<ValueType> number = types.number(type.get());
    return number.isPresent()
        ? new Reached(source, false, number, Optional.empty(), "")
        : untyped(
            source,
            false,
            "%s is %s, which is no number that can be read".formatted(name, described()));
  }

  private String whyNoField(Entry struct) throws IOException {
    List<String> known = members.names(whole(struct, 1));
    return "%s is a struct; name one of its fields (%s), or write a type, such as bytes"
        .formatted(name, String.join(", ", known.subList(0, Math.min(MAX_LISTED, known.size()))));
  }

  private static Reached untyped(Source source, boolean isInPlace, String why) {
    return new Reached(source, isInPlace, Optional.empty(), Optional.empty(), why);
  }

  private Reached pointer(Source source, Entry type) throws IOException {
    Optional<Entry> target = types.of(type);
    boolean isText = target.isPresent() && types.isCharacter(target.get());
    ValueType read = isText ? new ValueType.Text(ValueType.DEFAULT_LIMIT) : new ValueType.Pointer();
    return new Reached(source, false, Optional.of(read), element(target), "");
  }

  private Optional<ValueType> element(Optional<Entry> type) throws IOException {
    Optional<ValueType> number = type.isPresent() ? types.number(type.get()) : Optional.empty();
    return number.filter(each -> each instanceof ValueType.Whole || each instanceof ValueType.Real);
  }

  private Reached array(Source source, Entry type) throws IOException {
    Optional<Entry> target = types.of(type);
    Optional<ValueType> element = element(target);
    long length = lengths.of(type).orElse(0);
    if (target.isPresent() && types.isCharacter(target.get())) {
      int limit = length == 0 ? ValueType.DEFAULT_LIMIT : (int) Math.min(length, MAX_BYTES);
      return new Reached(
          source, true, Optional.of(new ValueType.Text(limit)), Optional.empty(), "");
    }
    if (element.isPresent() && element.get().size() == 1 && length > 0) {
      ValueType bytes = new ValueType.Bytes((int) Math.min(length, MAX_BYTES), Optional.empty());
      return new Reached(source, true, Optional.of(bytes), element, "");
    }
    if (element.isPresent() && length > 0 && length <= ValueType.Array.MAX_COUNT) {
      ValueType numbers = new ValueType.Array(element.get(), (int) length);
      return new Reached(source, true, Optional.of(numbers), element, "");
    }
    String why =
        element.isPresent()
            ? "%s has %s numbers; write count, up to %d, or which one, such as [0]"
                .formatted(
                    name, length == 0 ? "an unknown number of" : length, ValueType.Array.MAX_COUNT)
            : "%s is an array; write which element, such as [0]".formatted(name);
    return new Reached(source, true, Optional.empty(), element, why);
  }

  private Source memory(long plus) {
    add(0, 1);
    return new Source.Memory(origin.source(), offsets, (int) plus);
  }
}
