package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.agent.fixture.Btf;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A probe's config in words, as the program reads it. */
final class ConfigText {
  private final Btf btf;
  private final ByteBuffer config;

  private ConfigText(Btf btf, ByteBuffer config) {
    this.btf = btf;
    this.config = config;
  }

  static ConfigText of(String probe) throws Exception {
    ProbePlan plan = ProbeYaml.probe(probe);
    Selection everything =
        new Selection(1, OptionalInt.empty(), Optional.empty(), Optional.empty());
    byte[] bytes =
        ProbeConfig.encode(plan, EventLayout.of(plan.values()), 0, 0, false, false, everything);
    return new ConfigText(
        Btf.of(Architecture.X86_64), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** One line a value, such as {@code STRING of ARGUMENT 1 u64, 66 bytes at 56}. */
  List<String> values() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ConfigValues.MAX && read("values[" + i + "].kind") != 0; i++) {
      String value = "values[" + i + "]";
      String line = name("kind", value + ".kind") + " of " + operand(value + ".operand");
      if (read(value + ".size") != 0) {
        line += ", " + read(value + ".size") + " bytes";
      }
      if (read(value + ".length.source") != 0) {
        line += " or " + operand(value + ".length");
      }
      lines.add(line + " at " + read(value + ".offset"));
    }
    return lines;
  }

  /** One line a clause, such as {@code ARGUMENT 1 i32 LESS 5 or PROCESS_ID u32 EQUAL 7}. */
  List<String> clauses() {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < ConfigConditions.MAX; i++) {
      String condition = "conditions[" + i + "]";
      if (read(condition + ".operator") == 0) {
        break;
      }
      String operator = name("operator", condition + ".operator");
      line.append(operand(condition + ".left")).append(' ').append(operator).append(' ');
      if (operator.startsWith("TEXT_")) {
        line.append("pattern ").append(read(condition + ".right"));
        line.append(" of ").append(read(condition + ".length")).append(" bytes");
        line.append(" in ").append(read(condition + ".reach"));
        line.append(" of value ").append(read(condition + ".value"));
      } else {
        line.append(read(condition + ".right"));
      }
      if (read(condition + ".ends_clause") == 0) {
        line.append(" or ");
      } else {
        lines.add(line.toString());
        line.setLength(0);
      }
    }
    return lines;
  }

  private String operand(String path) {
    String source = name("source", path + ".source");
    String index = read(path + ".index") == 0 ? "" : " " + read(path + ".index");
    String type = (read(path + ".is_signed") == 0 ? "u" : "i") + 8 * read(path + ".bytes");
    StringBuilder text = new StringBuilder(source + index + " " + type);
    for (int i = 0; i < read(path + ".steps"); i++) {
      text.append(" -> ").append((int) read(path + ".offsets[" + i + "]"));
    }
    if (read(path + ".plus") != 0) {
      text.append(" + ").append((int) read(path + ".plus"));
    }
    if (read(path + ".at_return") != 0) {
      text.append(" at return");
    }
    if (read(path + ".kept") != 0) {
      text.append(" kept at ").append(read(path + ".kept"));
    }
    return text.toString();
  }

  private String name(String type, String path) {
    for (Map.Entry<String, Long> each : btf.constants(type).entrySet()) {
      if (each.getValue() == read(path)) {
        return each.getKey().substring(type.length() + 1);
      }
    }
    throw new IllegalArgumentException(path + " is no " + type);
  }

  private long read(String path) {
    return btf.read(config, "config", path);
  }
}
