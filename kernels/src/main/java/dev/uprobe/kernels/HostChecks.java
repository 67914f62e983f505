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

  private static String paranoid(Guest guest) throws IOException, WrongException {
    return works(guest, "paranoid");
  }

  private static String works(Guest guest, String file) throws IOException, WrongException {
    String text = guest.text("doctor-" + file);
    need(text.contains("Tracing works on this host") && text.contains("status 0"), text);
    return conclusion(text);
  }

  /** Host traces need no BTF, so that the doctor's word must be theirs. */
  private static String withoutBtf(Guest guest) throws IOException, WrongException {
    long events = guest.lines("nobtf.out").size();
    need(events == BURST, events + " of " + BURST + " events: " + guest.text("nobtf.err"));
    return works(guest, "nobtf");
  }

  /** The kernel then lets BPF read no memory; numbers in registers are no memory. */
  private static String lockdown(Guest guest) throws IOException, WrongException {
    List<Long> cents = new ArrayList<>();
    for (String line : guest.lines("lockdown.out")) {
      JsonNode args = JSON.readTree(line).path("args");
      need(args.path("name").isNull(), "a string under lockdown: " + line);
      cents.add(args.path("cents").asLong());
    }
    need(cents.size() == BURST, cents.size() + " events: " + guest.text("lockdown.err"));
    String text = guest.text("doctor-lockdown");
    need(text.contains("Tracing works on this host") && text.contains("numbers"), text);
    return conclusion(text);
  }

  private static String conclusion(String text) {
    return text.lines().filter(each -> each.startsWith("Tracing ")).findFirst().orElse("");
  }
}
