package dev.uprobe.agent.attach;

import dev.uprobe.agent.aggregate.Group;
import dev.uprobe.agent.aggregate.GroupDecoder;
import dev.uprobe.agent.aggregate.GroupLayout;
import dev.uprobe.agent.event.TracedProbe;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.libbpf.BpfMap;
import dev.uprobe.agent.libbpf.BpfObject;
import dev.uprobe.distribution.Distribution;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the programs of a probe keep of its calls, by groups. Valid as long as they are loaded. */
public final class Groups {
  private final BpfMap map;
  private final GroupLayout layout;
  private final GroupDecoder decoder;
  private final int maxGroups;

  private Groups(BpfMap map, GroupLayout layout, GroupDecoder decoder, int maxGroups) {
    this.map = map;
    this.layout = layout;
    this.decoder = decoder;
    this.maxGroups = maxGroups;
  }

  /**
   * Sets up the maps of an object that is not loaded yet.
   *
   * @param cpus that this machine may have, each of which keeps its own
   * @return empty for a probe that sends events
   */
  static Optional<Groups> setUp(BpfObject object, TracedProbe probe, int cpus)
      throws KernelException {
    BpfMap map = object.map("groups");
    BpfMap none = object.map("no_group");
    Optional<GroupLayout> found = GroupLayout.of(probe.plan());
    if (found.isEmpty()) {
      map.leaveOut();
      none.leaveOut();
      return Optional.empty();
    }
    GroupLayout layout = found.get();
    none.setValueSize(layout.valueSize());
    map.setKeySize(layout.keySize());
    map.setValueSize(layout.valueSize());
    map.setMaxEntries(layout.maxGroups(cpus));
    return Optional.of(
        new Groups(map, layout, new GroupDecoder(layout, probe), layout.maxGroups(cpus)));
  }

  /** Returns all groups that have calls. */
  public List<Group> read() throws KernelException {
    List<Group> groups = new ArrayList<>();
    for (BpfMap.PerCpuEntry each : entries()) {
      Group group = decoder.decode(each.key(), each.values());
      if (group.kept().count() > 0) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** Returns what was kept over all groups. */
  public Distribution total() throws KernelException {
    List<ByteBuffer> values = new ArrayList<>();
    entries().forEach(each -> values.addAll(each.values()));
    return decoder.kept(values);
  }

  private List<BpfMap.PerCpuEntry> entries() throws KernelException {
    return map.entries(layout.keySize(), layout.valueSize(), maxGroups);
  }

  /** Returns how many groups there can be; calls of more are counted as lost. */
  public int maxGroups() {
    return maxGroups;
  }
}
