package dev.uprobe.language.compile;

import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects problems below one field of a trace. */
final class Problems {
  private final String path;
  private final List<Problem> found;

  private Problems(String path, List<Problem> found) {
    this.path = path;
    this.found = found;
  }

  static Problems none() {
    return new Problems("", new ArrayList<>());
  }

  /** Returns a view that adds to the same list, for a field of this one. */
  Problems at(String field) {
    return new Problems(path.isEmpty() ? field : path + "." + field, found);
  }

  /** Returns a view that adds to the same list, for an item of this list. */
  Problems at(String field, int index) {
    return at(field + "[" + index + "]");
  }

  void add(String message) {
    found.add(new Problem(path, message));
  }

  void addIf(boolean isWrong, String message) {
    if (isWrong) {
      add(message);
    }
  }

  /** Returns the result of parsing this field; empty if it fails, after recording why. */
  <T> Optional<T> parse(Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (SyntaxException e) {
      add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns how many problems were found so far in the whole trace. */
  int count() {
    return found.size();
  }

  List<Problem> all() {
    return List.copyOf(found);
  }
}
