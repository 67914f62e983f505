package dev.uprobe.agent.event;

import dev.uprobe.distribution.Scale;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes events as a table, in the columns of bcc's tools; histograms as bpftrace does. */
public final class TextSink implements EventSink {
  private static final String COLUMNS = "%-18s %-16s %-6s %s%n";

  private final Writer out;

  public TextSink(OutputStream out) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  @Override
  public void begin() throws IOException {
    out.write(String.format(COLUMNS, "TIME(s)", "COMM", "PID", "MESSAGE"));
    out.flush();
  }

  @Override
  public void write(Event event) throws IOException {
    out.write(
        String.format(
            Locale.ROOT,
            COLUMNS,
            seconds(event.timeNanos()),
            MessageRenderer.printable(event.comm()),
            event.pid(),
            MessageRenderer.render(event)));
    for (Frame each : event.stack()) {
      out.write("    " + each.text() + "\n");
    }
  }

  @Override
  public void write(Aggregate aggregate) throws IOException {
    String head =
        String.format("%-18s %s", seconds(aggregate.timeNanos()), AggregateText.of(aggregate));
    out.write(head + System.lineSeparator());
    if (AggregateText.histogram(aggregate).isPresent()) {
      Scale scale = Scale.of(aggregate.probe().plan().aggregation().orElseThrow());
      for (String line : HistogramText.lines(scale, aggregate.kept())) {
        out.write(line + System.lineSeparator());
      }
      out.write(System.lineSeparator());
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%d.%09d", nanos / 1_000_000_000, nanos % 1_000_000_000);
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
