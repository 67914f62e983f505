package dev.uprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.uprobe.agent.fixture.Exposition;
import dev.uprobe.api.v1alpha1.ContainerCounts;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceMetricsTest {
  private static final ProbeReport CHARGE =
      new ProbeReport("charge", 2, 100, 60, 30, 7, 3, null, null, null);

  private static TraceStatus trace(String name, List<ProbeReport> probes) {
    return new TraceStatus(
        "shop",
        name,
        new UprobeAttachmentStatus(
            1L, new ContainerCounts(3, 2), List.of(), probes, List.of(), null, null));
  }

  private static Exposition scrape(TraceStatus... traces) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create()
        .write(text, new TraceMetrics(() -> List.of(traces)).collect());
    return Exposition.parse(text.toString(StandardCharsets.UTF_8));
  }

  @Test
  void tellsOfEachProbeWhatItsStatusTells() throws IOException {
    Exposition scraped = scrape(trace("orders", List.of(CHARGE)));
    String labels = "{namespace=\"shop\",probe=\"charge\",trace=\"orders\"}";
    assertEquals(2, scraped.value("uprobe_agent_probe_functions" + labels));
    assertEquals(100, scraped.value("uprobe_agent_probe_hits_total" + labels));
    assertEquals(60, scraped.value("uprobe_agent_probe_events_total" + labels));
    assertEquals(30, scraped.value("uprobe_agent_probe_filtered_total" + labels));
    assertEquals(7, scraped.value("uprobe_agent_probe_limited_total" + labels));
    assertEquals(3, scraped.value("uprobe_agent_probe_lost_total" + labels));
    assertEquals("counter", scraped.types().get("uprobe_agent_probe_hits_total"));
    assertEquals("gauge", scraped.types().get("uprobe_agent_probe_functions"));
  }

  @Test
  void tellsOfEachTraceHowManyContainersHaveIt() throws IOException {
    Exposition scraped = scrape(trace("orders", List.of(CHARGE)), trace("stock", List.of()));
    assertEquals(2, scraped.value("uprobe_agent_traces"));
    for (String trace : List.of("orders", "stock")) {
      String labels = "{namespace=\"shop\",trace=\"" + trace + "\"}";
      assertEquals(3, scraped.value("uprobe_agent_trace_containers_wanted" + labels));
      assertEquals(2, scraped.value("uprobe_agent_trace_containers_attached" + labels));
    }
  }

  @Test
  void aTraceThatIsReplacedIsToldOnce() throws IOException {
    ProbeReport later = new ProbeReport("charge", 2, 5, 5, 0, 0, 0, null, null, null);
    Exposition scraped = scrape(trace("orders", List.of(CHARGE)), trace("orders", List.of(later)));
    assertEquals(
        5,
        scraped.value(
            "uprobe_agent_probe_hits_total{namespace=\"shop\",probe=\"charge\",trace=\"orders\"}"));
  }

  @Test
  void aggregatedNumbersAreHistograms() throws IOException {
    Distribution sizes =
        new Distribution(
            List.of(bucket(0, 0, 2), bucket(16, 31, 5), bucket(1024, 2047, 1)),
            1200,
            OptionalLong.of(1030));
    Distribution times =
        new Distribution(List.of(bucket(1024, 2047, 3)), 4500, OptionalLong.of(1700));
    Exposition scraped =
        scrape(
            trace(
                "orders",
                List.of(
                    aggregating("size", sizes), aggregating("duration in nanoseconds", times))));
    String labels = "{namespace=\"shop\",probe=\"size\",trace=\"orders\"";
    String name = "uprobe_agent_probe_number";
    assertEquals(2, scraped.value(name + "_bucket" + labels + ",le=\"15.0\"}"));
    assertEquals(7, scraped.value(name + "_bucket" + labels + ",le=\"31.0\"}"));
    assertEquals(7, scraped.value(name + "_bucket" + labels + ",le=\"1023.0\"}"));
    assertEquals(8, scraped.value(name + "_bucket" + labels + ",le=\"+Inf\"}"));
    assertEquals(8, scraped.value(name + "_count" + labels + "}"));
    assertEquals(1200, scraped.value(name + "_sum" + labels + "}"));
    assertEquals("histogram", scraped.types().get(name));
    assertEquals(
        4.5e-6,
        scraped.value(
            "uprobe_agent_probe_duration_seconds_sum"
                + "{namespace=\"shop\",probe=\"duration in nanoseconds\",trace=\"orders\"}"),
        1e-12);
  }

  private static ProbeReport aggregating(String of, Distribution kept) {
    return new ProbeReport(of, 1, 8, 0, 0, 0, 0, null, null, Reports.report(of, kept));
  }

  private static Bucket bucket(long min, long max, long count) {
    return new Bucket(OptionalLong.of(min), OptionalLong.of(max), count);
  }

  @Test
  void tellsOnlySoManyProbesApart() throws IOException {
    List<ProbeReport> probes =
        IntStream.range(0, TraceMetrics.MAX_PROBES)
            .mapToObj(i -> new ProbeReport("p" + i, 0, 1, 0, 0, 0, 0, null, null, null))
            .toList();
    Exposition scraped = scrape(trace("many", probes), trace("more", List.of(CHARGE)));
    assertEquals(1, scraped.value("uprobe_agent_probes_left_out"));
    assertEquals(2, scraped.value("uprobe_agent_traces"));
    assertEquals(
        TraceMetrics.MAX_PROBES,
        scraped.values().keySet().stream()
            .filter(each -> each.startsWith("uprobe_agent_probe_hits_total"))
            .count());
    assertFalse(scraped.values().keySet().toString().contains("more"));
  }
}
