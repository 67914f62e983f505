package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.PerProbe;
import dev.uprobe.agent.events.model.Printable;
import dev.uprobe.language.histogram.BucketScheme;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Writes events as a table, in the columns of bcc's tools; histograms as bpftrace does. */
public final class TextSink implements EventSink {
  private static final int TIME_WIDTH = 18;
  private static final int COMM_WIDTH = 16;
  private static final int PID_WIDTH = 6;
  private static final int NANO_DIGITS = 9;

  private final PerProbe<Message> messages = new PerProbe<>(probe -> Message.of(probe.plan()));
  private final Writer out;
  private final StringBuilder line = new StringBuilder();

  public TextSink(OutputStream out) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  @Override
  public void begin() throws IOException {
    cell("TIME(s)", TIME_WIDTH);
    cell("COMM", COMM_WIDTH);
    cell("PID", PID_WIDTH);
    line.append("MESSAGE");
    endLine();
    out.flush();
  }

  @Override
  public void write(Event event) throws IOException {
    cell(seconds(event.timeNanos()), TIME_WIDTH);
    cell(Printable.of(event.comm()), COMM_WIDTH);
    cell(Integer.toString(event.pid()), PID_WIDTH);
    messages.of(event.probe()).append(line, event);
    endLine();
    for (Frame each : event.stack()) {
      line.append("    ").append(each.text());
      endLine();
    }
  }

  /** Adds text, and spaces up to where the next column begins. */
  private void cell(String text, int width) {
    line.append(text).append(" ".repeat(Math.max(width - text.length(), 0) + 1));
  }

  private void endLine() throws IOException {
    out.append(line.append(System.lineSeparator()));
    line.setLength(0);
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    String head =
        String.format("%-18s %s", seconds(aggregate.timeNanos()), AggregateText.of(aggregate));
    out.write(head + System.lineSeparator());
    if (AggregateText.histogram(aggregate).isPresent()) {
      BucketScheme scale = BucketScheme.of(aggregate.probe().plan().aggregation().orElseThrow());
      for (String line : HistogramText.lines(scale, aggregate.kept())) {
        out.write(line + System.lineSeparator());
      }
      out.write(System.lineSeparator());
    }
  }

  private static String seconds(long nanos) {
    String rest = Long.toString(nanos % 1_000_000_000);
    return nanos / 1_000_000_000 + "." + "0".repeat(NANO_DIGITS - rest.length()) + rest;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
