package dev.uprobe.agent.attach;

import java.util.ArrayList;
import java.util.List;

/**
 * Where programs are attached for some sites of a probe.
 *
 * @param entries at which the functions are entered
 * @param trampolines the same, of functions with a uretprobe
 * @param returns the return instructions of the other functions
 */
record LinkSites(
    List<UprobeLinks.Site> entries,
    List<UprobeLinks.Site> trampolines,
    List<UprobeLinks.Site> returns) {

  /** SITE_RETURN_INSTRUCTION of bpf/site.h. */
  private static final long RETURN_INSTRUCTION = 1L << 32;

  /** SITE_GO of bpf/site.h. */
  private static final long GO = 1L << 33;

  /**
   * Works out the places and their cookies.
   *
   * @param first the number of the first site, by which events name it; the others follow
   */
  static LinkSites of(List<Site> sites, int first) {
    LinkSites all = new LinkSites(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      long cookie = first + i | (site.go() ? GO : 0);
      UprobeLinks.Site entry = new UprobeLinks.Site(site.offset(), cookie);
      all.entries().add(entry);
      if (site.returns() instanceof Returns.Instructions instructions) {
        for (long offset : instructions.offsets()) {
          all.returns().add(new UprobeLinks.Site(offset, cookie | RETURN_INSTRUCTION));
        }
      } else {
        all.trampolines().add(entry);
      }
    }
    return all;
  }
}
