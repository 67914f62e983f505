package dev.uprobe.language.plan;

/**
 * One named value of an event.
 *
 * @param name an argument's name, or {@code return}
 * @param operand where it comes from and how it is read
 */
public record Value(String name, Operand operand) {

  /** The name under which the return value is known in messages, conditions and events. */
  public static final String RETURN = "return";

  /** Returns whether this is a return value of the function; those come after the arguments. */
  public boolean isReturn() {
    boolean isFurther = operand.source() instanceof Source.ReturnValue value && value.index() > 1;
    return name.equals(RETURN) || isFurther;
  }
}
