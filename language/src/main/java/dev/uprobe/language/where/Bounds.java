package dev.uprobe.language.where;

import dev.uprobe.language.plan.ValueType;
import java.math.BigInteger;

/** The smallest and the greatest constant that a value can be equal to. */
record Bounds(BigInteger least, BigInteger most) {

  static final Bounds DURATION = new Bounds(BigInteger.ZERO, BigInteger.valueOf(Long.MAX_VALUE));

  /** Returns the bounds of a value's type. */
  static Bounds of(ValueType type) {
    if (type instanceof ValueType.Whole whole && whole.signed()) {
      BigInteger half = BigInteger.TWO.pow(8 * whole.bytes() - 1);
      return new Bounds(half.negate(), half.subtract(BigInteger.ONE));
    }
    return unsigned(bits(type));
  }

  /** Returns the bounds of a mask over a value's bits. */
  static Bounds ofMask(ValueType type) {
    return new Bounds(BigInteger.ONE, unsigned(bits(type)).most);
  }

  boolean contain(BigInteger constant) {
    return least.compareTo(constant) <= 0 && constant.compareTo(most) <= 0;
  }

  private static Bounds unsigned(int bits) {
    return new Bounds(BigInteger.ZERO, BigInteger.TWO.pow(bits).subtract(BigInteger.ONE));
  }

  private static int bits(ValueType type) {
    if (type instanceof ValueType.Whole whole) {
      return 8 * whole.bytes();
    }
    if (type instanceof ValueType.Bool) {
      return 1;
    }
    return type instanceof ValueType.Char ? 8 : 64;
  }
}
