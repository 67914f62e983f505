package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.path.Step;
import dev.uprobe.language.text.NearestNames;
import dev.uprobe.language.text.SyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Finds the fields that paths name, or says which there are. */
final class Structs {
  private static final int MAX_LISTED = 20;

  private final Dwarf dwarf;
  private final Members members;

  Structs(Dwarf dwarf, Children children) {
    this.dwarf = dwarf;
    this.members = new Members(dwarf, children);
  }

  /**
   * Returns a field of a struct.
   *
   * @throws SyntaxException when it has none of this name
   */
  Members.Member member(Entry type, Step.Field step) throws IOException {
    Entry struct = whole(type, step.column());
    return members.find(struct, step.name()).orElseThrow(() -> unknown(struct, step));
  }

  /** Returns the first fields of a struct, for a message. */
  String fields(Entry struct) throws IOException {
    return listed(members.names(struct));
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
                "the debug information declares struct %s, but does not define it; write offsets in bytes"
                    .formatted(wanted.orElse(""))));
  }

  private SyntaxException unknown(Entry struct, Step.Field step) {
    try {
      List<String> known = members.names(struct);
      return new SyntaxException(
          step.column(),
          "struct %s has no field %s%s (its fields: %s)"
              .formatted(
                  dwarf.text(struct, Entry.NAME).orElse("(unnamed)"),
                  step.name(),
                  NearestNames.hint(step.name(), known),
                  listed(known)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String listed(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(MAX_LISTED, names.size())))
        + (names.size() > MAX_LISTED ? ", ..." : "");
  }
}
