package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.KernelException;
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

  /** SITE_USDT_SHIFT of bpf/site.h. */
  private static final int USDT_SHIFT = 40;

  /**
   * Works out the places and their cookies.
   *
   * @param first the number of the first site, by which events name it; the others follow
   * @param places makes arguments of static probes known
   */
  static LinkSites of(List<Site> sites, int first, UsdtPlaces places) throws KernelException {
    LinkSites all = new LinkSites(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      long cookie = first + i | (site.go() ? GO : 0);
      long semaphore = 0;
      if (site.usdt().isPresent()) {
        semaphore = site.usdt().get().semaphore();
        cookie |= (long) places.number(site.usdt().get().arguments()) << USDT_SHIFT;
      }
      UprobeLinks.Site entry = new UprobeLinks.Site(site.offset(), cookie, semaphore);
      all.entries().add(entry);
      if (site.returns() instanceof Returns.Instructions instructions) {
        for (long offset : instructions.offsets()) {
          all.returns().add(new UprobeLinks.Site(offset, cookie | RETURN_INSTRUCTION, 0));
        }
      } else {
        all.trampolines().add(entry);
      }
    }
    return all;
  }
}
