package dev.uprobe.agent.host;

import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.language.plan.HostFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Attaches the probes of all traces to the files of the processes that run now. */
final class FirstLook {
  private FirstLook() {}

  /** Which files of which processes; looking through all of them takes a while. */
  private record Search(Optional<String> binary, HostFilter filter) {
    static Search of(HostProbe probe) {
      return new Search(probe.probe().probe().plan().binary(), probe.filter());
    }
  }

  /**
   * Attaches, with one search for all probes that ask for the same files.
   *
   * @return the probes that another attempt may attach to more
   * @param refused gets the probes that the kernel does not attach
   * @throws TraceException when a probe fits none of its files
   */
  static List<HostProbe> attach(List<HostProbe> probes, RefusedProbes refused)
      throws TraceException {
    Map<Search, List<HostProbe>> searches = new LinkedHashMap<>();
    for (HostProbe each : probes) {
      searches.computeIfAbsent(Search.of(each), key -> new ArrayList<>()).add(each);
    }
    List<HostProbe> undecided = new ArrayList<>();
    for (List<HostProbe> alike : searches.values()) {
      HostProbe first = alike.get(0);
      try (FoundFiles found = first.find()) {
        for (HostProbe each : alike) {
          if (each.attachNow(found.files(), first.missingLibrary(), refused)) {
            undecided.add(each);
          }
        }
      }
    }
    return undecided;
  }
}
