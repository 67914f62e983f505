package dev.uprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.Exposition;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProcessMetricsTest {

  @Test
  void tellsWhatThisProcessUses() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(text, new ProcessMetrics().collect());
    Exposition scraped = Exposition.parse(text.toString(StandardCharsets.UTF_8));
    double resident = scraped.value("process_resident_memory_bytes");
    assertTrue(resident > 10 << 20, "a JVM of " + resident + " bytes");
    assertTrue(scraped.value("process_cpu_seconds_total") > 0);
    double started = scraped.value("process_start_time_seconds");
    double now = Instant.now().toEpochMilli() / 1e3;
    assertTrue(started < now && started > now - 86400, "started at " + started);
  }
}
