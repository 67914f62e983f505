package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.language.plan.ProbePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Probes of one running program, and the messages of their events. */
public final class TestProbes {
  private TestProbes() {}

  public static List<String> drained(ProbeSet probes) {
    EventDecoder decoder = new EventDecoder(probes::probe);
    List<String> messages = new ArrayList<>();
    probes.buffer().drain(record -> messages.add(MessageRenderer.render(decoder.decode(record))));
    return messages;
  }

  public static ProbePlan plan(String probe) {
    return TracedHost.plan("target: {host: {}}\nprobes:\n- {name: p, " + probe + "}\n")
        .probes()
        .get(0);
  }

  public static Selection selection(RunningProgram program) {
    int own = (int) ProcessHandle.current().pid();
    return new Selection(own, OptionalInt.of(program.pid()), Optional.empty(), Optional.empty());
  }
}
