package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.events.text.Message;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Value;
import java.util.List;

/** What is prepared for the JSON of a probe's events: all that they have in common. */
final class ProbeJson {
  private final byte[] head;
  private final byte[][] before;
  private final byte[] behind;
  private final MessageJson message;

  ProbeJson(ProbeDescriptor probe) {
    ProbePlan plan = probe.plan();
    this.message = new MessageJson(Message.of(plan));
    this.head =
        new JsonLine()
            .raw(JsonLine.ascii(",\"trace\":"))
            .string(probe.trace())
            .raw(JsonLine.ascii(",\"probe\":"))
            .string(plan.name())
            .raw(JsonLine.ascii(",\"type\":"))
            .string(plan.type().text())
            .raw(JsonLine.ascii(",\"function\":"))
            .copy();
    List<Value> values = plan.values();
    this.before = new byte[values.size()][];
    JsonLine json = new JsonLine().raw(JsonLine.ascii(",\"args\":{"));
    boolean inArguments = true;
    for (int i = 0; i < before.length; i++) {
      boolean endsArguments = inArguments && values.get(i).isReturn();
      if (endsArguments) {
        json.raw('}');
      }
      if (i > 0 || endsArguments) {
        json.raw(',');
      }
      inArguments &= !endsArguments;
      before[i] = json.string(values.get(i).name()).raw(':').copy();
      json.clear();
    }
    this.behind = (inArguments ? json.raw('}') : json).copy();
  }

  /** What is between the time and the name of the function. */
  byte[] head() {
    return head;
  }

  /** What is in front of a value: the end of what was before, and its name. */
  byte[] before(int value) {
    return before[value];
  }

  /** What is behind the last value. */
  byte[] behind() {
    return behind;
  }

  MessageJson message() {
    return message;
  }
}
