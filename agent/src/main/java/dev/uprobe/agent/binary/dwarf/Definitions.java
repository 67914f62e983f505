package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds where a struct is defined that a part of the program only declares, as compilers of C++ do
 * for classes with virtual functions. Within a program a name stands for one struct, if it is
 * neither local to a function nor to a file.
 */
final class Definitions {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_DEPTH = 256;

  /** What has no name that others could use; no identifier has a blank. */
  private static final String LOCAL = " ";

  private final Dwarf dwarf;
  private final long deadline = System.nanoTime() + PATIENCE.toNanos();

  Definitions(Dwarf dwarf) {
    this.dwarf = dwarf;
  }

  /** What is looked for in a unit. */
  @FunctionalInterface
  private interface Wanted {
    boolean is(int tag, long offset, Deque<String> scope) throws IOException;
  }

  /** Returns the definition of a struct that has this name. */
  Optional<Entry> find(Entry declaration, String name) throws IOException {
    Deque<String> scope = new ArrayDeque<>();
    in(declaration.unit(), scope, (tag, offset, at) -> offset == declaration.offset());
    if (scope.contains(LOCAL)) {
      return Optional.empty();
    }
    List<String> names = List.copyOf(scope);
    long start = 0;
    while (start < dwarf.size()) {
      Unit unit = dwarf.unitAt(start);
      Wanted wanted =
          (tag, offset, at) ->
              tag == declaration.tag()
                  && at.size() == names.size()
                  && isDefinition(dwarf.entry(unit, offset), name)
                  && List.copyOf(at).equals(names);
      Optional<Entry> found = in(unit, new ArrayDeque<>(), wanted);
      if (found.isPresent()) {
        return found;
      }
      start = unit.end();
    }
    return Optional.empty();
  }

  private boolean isDefinition(Entry struct, String name) throws IOException {
    return struct.attribute(Entry.DECLARATION).isEmpty()
        && dwarf.text(struct, Entry.NAME).filter(name::equals).isPresent();
  }

  /**
   * Returns the first entry that is wanted.
   *
   * @param scope the names around it, when this returns
   */
  private Optional<Entry> in(Unit unit, Deque<String> scope, Wanted wanted) throws IOException {
    Cursor cursor = new Cursor(dwarf.info(), dwarf.root(unit).next());
    int count = 0;
    while (cursor.position() < unit.end()) {
      long offset = cursor.position();
      long code = cursor.uleb();
      if (code == 0) {
        scope.pollLast();
        continue;
      }
      Abbreviation shape = Optional.ofNullable(unit.shapes().get(code)).orElseThrow(dwarf::damaged);
      for (Abbreviation.Attribute each : shape.attributes()) {
        Form.read(each.form(), each.constant(), cursor, unit);
      }
      if (wanted.is(shape.tag(), offset, scope)) {
        return Optional.of(dwarf.entry(unit, offset));
      }
      if (shape.hasChildren()) {
        enter(shape.tag(), dwarf.entry(unit, offset), scope);
      }
      if ((++count & 0xffff) == 0 && System.nanoTime() > deadline) {
        throw dwarf.problem("has too much debug information to search; write offsets in bytes");
      }
    }
    return Optional.empty();
  }

  private void enter(int tag, Entry entry, Deque<String> scope) throws IOException {
    if (scope.size() == MAX_DEPTH) {
      throw dwarf.damaged();
    }
    boolean isNamed = tag == Tag.NAMESPACE || Tag.hasFields(tag);
    scope.addLast(isNamed ? dwarf.text(entry, Entry.NAME).orElse(LOCAL) : LOCAL);
  }
}
