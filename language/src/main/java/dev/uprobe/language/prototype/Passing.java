package dev.uprobe.language.prototype;

import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.Optional;

/** How the calling conventions of x86-64 (System V) and arm64 (AAPCS64) pass a declared value. */
final class Passing {
  private Passing() {}

  /** Returns the type of a value that takes a floating-point register. */
  static Optional<BaseType.Floating> floating(Declaration declaration) {
    return declaration.derivations().isEmpty()
            && declaration.base() instanceof BaseType.Floating floating
        ? Optional.of(floating)
        : Optional.empty();
  }

  static String whyNotRead(BaseType.Floating type) {
    return "a " + type.name() + " is not in an integer register, and probes read only those";
  }

  /**
   * Returns how a value that takes an integer register is read.
   *
   * @throws SyntaxException for a type that takes none, or more than one
   */
  static ValueType valueType(Declaration declaration) {
    BaseType base = declaration.base();
    if (!declaration.derivations().isEmpty()) {
      boolean isText =
          declaration.derivations().size() == 1
              && !(declaration.derivations().get(0) instanceof Declaration.Function)
              && base instanceof BaseType.Scalar scalar
              && scalar.type() instanceof ValueType.Char;
      return isText ? new ValueType.Text(ValueType.DEFAULT_LIMIT) : new ValueType.Pointer();
    }
    if (base instanceof BaseType.Scalar scalar) {
      return scalar.type();
    }
    if (base instanceof BaseType.Opaque opaque) {
      throw new SyntaxException(
          opaque.column(),
          opaque.reason() + "; describe the values with args: and returns: instead of a signature");
    }
    throw new SyntaxException(declaration.column(), "a parameter cannot be void");
  }
}
