package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.engine.locate.Exit;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.locate.ReturnMode;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bpf.Constants;
import java.util.ArrayList;
import java.util.List;

/**
 * Where programs are attached for some sites of a probe.
 *
 * @param entries at which the functions are entered
 * @param keptEntries those of functions that are also left in code that others share
 * @param trampolines the entries of functions with a uretprobe
 * @param returns the return instructions of the other functions
 * @param exits the jumps by which those leave
 * @param repeats the jumps by which functions begin once more
 */
public record LinkSites(
    List<LinkTarget> entries,
    List<LinkTarget> keptEntries,
    List<LinkTarget> trampolines,
    List<LinkTarget> returns,
    List<LinkTarget> exits,
    List<LinkTarget> repeats) {

  /** The bits of a cookie. */
  private static final long RETURN_INSTRUCTION = 1L << Constants.SITE_RETURN_INSTRUCTION;

  private static final long GO = 1L << Constants.SITE_GO;
  private static final long SHARED = 1L << Constants.SITE_SHARED;
  private static final long KEPT = 1L << Constants.SITE_KEPT;
  private static final long REPEATED = 1L << Constants.SITE_REPEATED;

  /**
   * Works out the places and their cookies.
   *
   * @param first the number of the first site, by which events name it; the others follow
   * @param programs makes arguments of static probes known, and jumps
   */
  public static LinkSites of(List<ProbeSite> sites, int first, LoadedProbe programs)
      throws KernelException {
    LinkSites all =
        new LinkSites(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    for (int i = 0; i < sites.size(); i++) {
      all.add(sites.get(i), first + i, programs);
    }
    return all;
  }

  private void add(ProbeSite site, int number, LoadedProbe programs) throws KernelException {
    boolean isKept =
        site.returns().sharesCode() || site.repeats().stream().anyMatch(Exit::isShared);
    long cookie = number | (site.go() ? GO : 0) | (isKept ? KEPT : 0);
    long atEntry = cookie | (site.repeats().isEmpty() ? 0 : REPEATED);
    long semaphore = 0;
    if (site.usdt().isPresent()) {
      semaphore = site.usdt().get().semaphore();
      atEntry |=
          (long) programs.usdtPlaces().number(site.usdt().get().arguments())
              << Constants.SITE_NUMBER;
    }
    LinkTarget entry = new LinkTarget(site.offset(), atEntry, semaphore);
    entries.add(entry);
    if (isKept) {
      keptEntries.add(entry);
    }
    for (Exit each : site.repeats()) {
      repeats.add(link(each, cookie, programs.jumps()));
    }
    if (site.returns() instanceof ReturnMode.Instructions instructions) {
      for (Exit each : instructions.exits()) {
        (each.jump().isPresent() ? exits : returns).add(link(each, cookie, programs.jumps()));
      }
    } else {
      trampolines.add(entry);
    }
  }

  private static LinkTarget link(Exit exit, long function, JumpMap jumps) throws KernelException {
    long cookie = function | RETURN_INSTRUCTION | (exit.isShared() ? SHARED : 0);
    if (exit.jump().isPresent()) {
      cookie |= (long) jumps.number(exit.jump().get()) << Constants.SITE_NUMBER;
    }
    return new LinkTarget(exit.offset(), cookie, 0);
  }
}
