package dev.uprobe.bench.hit;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.bench.run.Place;
import dev.uprobe.bench.run.Tracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a user would take instead: bpftrace and bcc, with the same probe and the same output. */
final class Rivals implements Handle {
  private final Map<String, Tracer> running = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  static Rivals start(Place place, Path program) throws InterruptedException {
    Rivals rivals = new Rivals();
    rivals.start(
        place,
        "bpftrace",
        "Attaching",
        List.of(
            "bpftrace",
            "-e",
            "uprobe:%s:hit_bpftrace { printf(\"%%llu %%s %%d hit_bpftrace(first=%%ld, second=%%ld)\\n\", nsecs, comm, pid, arg0, arg1); }"
                .formatted(program)));
    rivals.start(
        place,
        "bcc",
        "TIME",
        List.of(
            "trace-bpfcc",
            "-t",
            program
                + ":hit_bcc(long first, long second) \"first=%ld, second=%ld\", first, second"));
    return rivals;
  }

  private void start(Place place, String name, String ready, List<String> command)
      throws InterruptedException {
    try {
      Tracer tracer = Tracer.start(place, name, Map.of("PYTHONUNBUFFERED", "1"), command);
      running.put(name, tracer);
      tracer.awaitText(ready);
    } catch (IOException e) {
      Tracer failed = running.remove(name);
      if (failed != null) {
        failed.close();
      }
      missing.put(name, e.getMessage().lines().findFirst().orElse("it said nothing"));
    }
  }

  List<String> attached() {
    return new ArrayList<>(running.keySet());
  }

  /** Returns the rivals that do not run here, and for each why. */
  Map<String, String> missing() {
    return missing;
  }

  @Override
  public void close() {
    running.values().forEach(Tracer::close);
  }
}
