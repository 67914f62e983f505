package dev.uprobe.language.path;

/** A pointer that is followed. */
public sealed interface Step {

  /**
   * Follows an offset in bytes from the address so far.
   *
   * @param bytes may be negative
   * @param column where it stands in the text, from 1
   */
  record Offset(int bytes, int column) implements Step {}

  /**
   * Selects an element of an array. The element size is that of the value's type, or that of a
   * pointer if more steps follow.
   *
   * @param column where it stands in the text, from 1
   */
  record Index(int index, int column) implements Step {}

  /**
   * Selects a field of a struct.
   *
   * @param isBehindPointer true to follow a pointer to the struct; false if the path so far is the
   *     struct itself
   * @param column where it stands in the text, from 1
   */
  record Field(String name, boolean isBehindPointer, int column) implements Step {}
}
