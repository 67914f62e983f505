package dev.uprobe.path;

/** A pointer that is followed. */
public sealed interface Step {

  /**
   * To what lies some bytes behind the address so far.
   *
   * @param bytes may be negative
   */
  record Offset(int bytes) implements Step {}

  /**
   * To an element of an array, whose size is that of the value's type; of a pointer's where more
   * steps follow.
   */
  record Index(int index) implements Step {}

  /**
   * To a field of the struct at the address so far.
   *
   * @param name with dots where it is a field of a struct within the struct
   * @param column where it stands in the text, from 1
   */
  record Field(String name, int column) implements Step {}
}
