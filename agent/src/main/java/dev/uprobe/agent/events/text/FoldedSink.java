package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.Printable;
import dev.uprobe.api.v1alpha1.ProbeType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts equal stacks, and writes them at the end as flamegraph.pl and speedscope read them: {@code
 * comm;outermost;...;innermost count}.
 */
public final class FoldedSink implements EventSink {
  /**
   * More are written at once and counted anew; flame graphs add up the lines of one stack. About
   * some dozen megabytes.
   */
  static final int MAX_STACKS = 65_536;

  private final Writer out;
  private final Map<String, Long> counts = new TreeMap<>();

  public FoldedSink(OutputStream out) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  @Override
  public void begin() {}

  @Override
  public void write(Event event) throws IOException {
    counts.merge(folded(event), 1L, Long::sum);
    if (counts.size() == MAX_STACKS) {
      writeCounts();
    }
  }

  @Override
  public void write(Aggregate aggregate) {
    // What is aggregated has no stacks.
  }

  private static String folded(Event event) {
    StringBuilder line = new StringBuilder(element(Printable.of(event.comm())));
    List<Frame> stack = event.stack();
    for (int i = stack.size() - 1; i >= 0; i--) {
      line.append(';').append(element(stack.get(i).name()));
    }
    if (event.probe().plan().type() == ProbeType.RETURN) {
      // The stack at a return begins with the caller.
      line.append(';').append(element(Printable.of(event.function())));
    }
    return line.toString();
  }

  private static String element(String name) {
    return name.replace(';', ':');
  }

  private void writeCounts() throws IOException {
    for (Map.Entry<String, Long> each : counts.entrySet()) {
      out.write(each.getKey() + " " + each.getValue() + "\n");
    }
    counts.clear();
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void end() throws IOException {
    writeCounts();
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
