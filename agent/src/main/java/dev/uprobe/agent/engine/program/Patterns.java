package dev.uprobe.agent.engine.program;

import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The constants that a probe's texts are compared with, as struct pattern of bpf/text.h: a mask for
 * each byte, whose bit n says that byte n of the constant, counted from 1, is that one.
 */
record Patterns(List<String> constants) {
  static final int SIZE = 256 * Long.BYTES;

  Patterns {
    constants = List.copyOf(constants);
  }

  /** Returns the constants of all conditions, each once. */
  static Patterns of(ProbePlan plan) {
    List<String> constants = new ArrayList<>();
    for (Clause clause : plan.where()) {
      for (Condition each : clause.anyOf()) {
        if (each instanceof Condition.Text text && !constants.contains(text.right())) {
          constants.add(text.right());
        }
      }
    }
    return new Patterns(constants);
  }

  /** Returns the number by which a condition names its constant. */
  int indexOf(Condition.Text condition) {
    return constants.indexOf(condition.right());
  }

  /** Returns a constant's masks. */
  static byte[] encode(String constant) {
    ByteBuffer masks = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < constant.length(); i++) {
      int at = constant.charAt(i) * Long.BYTES;
      masks.putLong(at, masks.getLong(at) | 1L << (i + 1));
    }
    return masks.array();
  }
}
