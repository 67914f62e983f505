package dev.uprobe.kernels;

import static dev.uprobe.kernels.Check.need;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.kernels.Check.WrongException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks of what the agent says of its host, and of what it can do with less. */
final class HostChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BURST = 3001;

  /** CAP_SYS_ADMIN of linux/capability.h. */
  private static final int SYS_ADMIN = 21;

  private HostChecks() {}

  /** Returns the checks in the matrix's order. */
  static List<Check> all() {
    return List.of(
        new Check("the pod of the chart", "pod", HostChecks::pod),
        new Check("doctor", "doctor", HostChecks::plain),
        new Check("perf_event_paranoid=3", "doctor", HostChecks::paranoid),
        new Check("without kernel BTF", "doctor", HostChecks::withoutBtf),
        new Check("lockdown=confidentiality", "doctor", HostChecks::lockdown));
  }

  private static String pod(Guest guest) throws IOException, WrongException {
    List<String> notes = new ArrayList<>();
    for (String level : List.of("paranoid-3/", "paranoid-2/")) {
      if (!guest.text(level + "without-admin").isEmpty()) {
        notes.add(pod(guest, level));
      }
    }
    need(!notes.isEmpty(), "the container did not run: " + guest.text("log"));
    return String.join("; ", notes);
  }

  private static String pod(Guest guest, String level) throws IOException, WrongException {
    List<String> events = guest.lines(level + "out");
    need(!events.isEmpty(), "no event: " + guest.text(level + "err"));
    JsonNode first = JSON.readTree(events.get(0));
    need(first.path("comm").asText().equals("target-sample"), "an event of " + first);
    String node = guest.text(level + "node.caps").strip();
    String log = guest.text(level + "node.log");
    need(!node.isEmpty() && !log.contains("Usage:"), "the agent of a node did not run: " + log);
    boolean doesWithout = guest.text(level + "without-admin").strip().equals("yes");
    boolean hasAdmin = (Long.parseUnsignedLong(node.split("\\s+")[1], 16) >>> SYS_ADMIN & 1) == 1;
    need(hasAdmin != doesWithout, "the agent of a node runs with " + node);
    need(hasAdmin == log.contains("keeps CAP_SYS_ADMIN"), "the log does not say so: " + log);
    return level + " " + events.size() + " events; the agent of a node keeps " + node;
  }

  private static String plain(Guest guest) throws IOException, WrongException {
    return works(guest, "plain");
  }

  private static String works(Guest guest, String file) throws IOException, WrongException {
    String text = guest.text("doctor-" + file);
    need(text.contains("Tracing works on this host") && text.contains("status 0"), text);
    return conclusion(text);
  }

  /** Whether an agent without SYS_ADMIN can trace depends on the kernel; doctor must know. */
  private static String paranoid(Guest guest) throws IOException, WrongException {
    long events = guest.lines("paranoid.out").size();
    String text = guest.text("doctor-paranoid");
    need(events == BURST || events == 0, events + " events: " + guest.text("paranoid.err"));
    need(
        text.contains(events == 0 ? "Tracing cannot work" : "Tracing works on this host"),
        events + " events, and doctor says " + text);
    return events + " events without SYS_ADMIN. " + conclusion(text);
  }

  /** Host traces need no BTF, so that the doctor's word must be theirs. */
  private static String withoutBtf(Guest guest) throws IOException, WrongException {
    TraceChecks.calls(guest.eventsOf("nobtf.out"));
    return works(guest, "nobtf");
  }

  /** The kernel then lets BPF read none of its own memory; the program's is another thing. */
  private static String lockdown(Guest guest) throws IOException, WrongException {
    need(!guest.lines("lockdown.out").isEmpty(), "no event: " + guest.text("lockdown.err"));
    TraceChecks.calls(guest.eventsOf("lockdown.out"));
    return works(guest, "lockdown");
  }

  private static String conclusion(String text) {
    return text.lines().filter(each -> each.startsWith("Tracing ")).findFirst().orElse("");
  }
}
