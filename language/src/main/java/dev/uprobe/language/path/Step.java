package dev.uprobe.language.path;

/** A pointer that is followed. */
public sealed interface Step {

  /**
   * To what lies some bytes behind the address so far.
   *
   * @param bytes may be negative
   * @param column where it stands in the text, from 1
   */
  record Offset(int bytes, int column) implements Step {}

  /**
   * To an element of an array, whose size is that of the value's type; of a pointer's where more
   * steps follow.
   *
   * @param column where it stands in the text, from 1
   */
  record Index(int index, int column) implements Step {}

  /**
   * To a field of a struct.
   *
   * @param isBehindPointer whether a pointer to the struct is followed; otherwise the struct is
   *     what the path has come to
   * @param column where it stands in the text, from 1
   */
  record Field(String name, boolean isBehindPointer, int column) implements Step {}
}
