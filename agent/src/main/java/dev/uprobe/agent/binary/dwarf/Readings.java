package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.plan.ResolvedPath;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.io.IOException;
import java.util.Optional;

/** Says how what a path leads to is read, by its type. */
final class Readings {
  private final Types types;
  private final TypeName names;
  private final Structs structs;
  private final ArrayLengths lengths;

  Readings(Dwarf dwarf, Children children) {
    this.types = new Types(dwarf, children);
    this.names = new TypeName(dwarf, children);
    this.structs = new Structs(dwarf, children);
    this.lengths = new ArrayLengths(children);
  }

  /** Returns whether a value of the type lies at the end of a path itself. */
  static boolean isInPlace(Entry type) {
    return type.tag() == Tag.ARRAY || Tag.hasFields(type.tag());
  }

  /**
   * Returns how it is read.
   *
   * @param type without typedefs and qualifiers
   * @param name how messages call it
   */
  ResolvedPath of(Source source, Entry type, String name) throws IOException {
    if (type.tag() == Tag.ARRAY) {
      return array(source, type, name);
    }
    if (Tag.hasFields(type.tag())) {
      return untyped(
          source,
          true,
          "%s is a struct; name one of its fields (%s), or write a type, such as bytes"
              .formatted(name, structs.fields(type)));
    }
    if (Tag.isPointer(type.tag())) {
      return pointer(source, type);
    }
    Optional<ValueType> number = types.number(type);
    return number.isPresent()
        ? new ResolvedPath(source, false, number, Optional.empty(), "")
        : untyped(
            source,
            false,
            "%s is %s, which is not a number that can be read".formatted(name, names.of(type)));
  }

  static ResolvedPath untyped(Source source, boolean isInPlace, String why) {
    return new ResolvedPath(source, isInPlace, Optional.empty(), Optional.empty(), why);
  }

  private ResolvedPath pointer(Source source, Entry type) throws IOException {
    Optional<Entry> target = types.of(type);
    boolean isText = target.isPresent() && types.isCharacter(target.get());
    ValueType read = isText ? new ValueType.Text(ValueType.DEFAULT_LIMIT) : new ValueType.Pointer();
    return new ResolvedPath(source, false, Optional.of(read), element(target), "");
  }

  private Optional<ValueType> element(Optional<Entry> type) throws IOException {
    Optional<ValueType> number = type.isPresent() ? types.number(type.get()) : Optional.empty();
    return number.filter(each -> each instanceof ValueType.Whole || each instanceof ValueType.Real);
  }

  private ResolvedPath array(Source source, Entry type, String name) throws IOException {
    if (lengths.dimensions(type).size() > 1) {
      return untyped(
          source, true, name + " is an array of several dimensions; write its type and count");
    }
    Optional<Entry> target = types.of(type);
    Optional<ValueType> element = element(target);
    long length = lengths.of(type).orElse(0);
    if (target.isPresent() && types.isCharacter(target.get())) {
      int limit =
          length == 0 ? ValueType.DEFAULT_LIMIT : (int) Math.min(length, ValueType.MAX_LIMIT);
      return new ResolvedPath(
          source, true, Optional.of(new ValueType.Text(limit)), Optional.empty(), "");
    }
    if (element.isPresent() && element.get().size() == 1 && length > 0) {
      ValueType bytes =
          new ValueType.Bytes((int) Math.min(length, ValueType.MAX_LIMIT), Optional.empty());
      return new ResolvedPath(source, true, Optional.of(bytes), element, "");
    }
    if (element.isPresent() && length > 0 && length <= ValueType.Array.MAX_COUNT) {
      ValueType numbers = new ValueType.Array(element.get(), (int) length);
      return new ResolvedPath(source, true, Optional.of(numbers), element, "");
    }
    String why =
        element.isPresent()
            ? "%s has %s numbers; write count, up to %d, or which one, such as [0]"
                .formatted(
                    name, length == 0 ? "an unknown number of" : length, ValueType.Array.MAX_COUNT)
            : "%s is an array; write which element, such as [0]".formatted(name);
    return new ResolvedPath(source, true, Optional.empty(), element, why);
  }
}
