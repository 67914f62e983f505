package dev.uprobe.agent.engine.program;

import dev.uprobe.bpf.Structs;
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
    ByteBuffer masks = ByteBuffer.allocate(Structs.Pattern.SIZEOF).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < constant.length(); i++) {
      char octet = constant.charAt(i);
      long mask = Structs.Pattern.masks(masks, 0, octet) | 1L << (i + 1);
      Structs.Pattern.masks(masks, 0, octet, mask);
    }
    return masks.array();
  }
}
