package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.decode.AggregationDecoder;
import dev.uprobe.agent.events.decode.AggregationEntry;
import dev.uprobe.agent.events.decode.AggregationLayout;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.sys.libbpf.BpfMap;
import dev.uprobe.agent.sys.libbpf.BpfObject;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.histogram.Distribution;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the programs of a probe keep of its calls, by groups. Valid as long as they are loaded. */
public final class AggregationMap {
  private final BpfMap map;
  private final AggregationLayout layout;
  private final AggregationDecoder decoder;
  private final int maxGroups;

  private AggregationMap(
      BpfMap map, AggregationLayout layout, AggregationDecoder decoder, int maxGroups) {
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
  static Optional<AggregationMap> setUp(BpfObject object, ProbeDescriptor probe, int cpus)
      throws KernelException {
    BpfMap map = object.map("uprobe_groups");
    BpfMap none = object.map("uprobe_no_group");
    Optional<AggregationLayout> found = AggregationLayout.of(probe.plan());
    if (found.isEmpty()) {
      map.leaveOut();
      none.leaveOut();
      return Optional.empty();
    }
    AggregationLayout layout = found.get();
    none.setValueSize(layout.valueSize());
    map.setKeySize(layout.keySize());
    map.setValueSize(layout.valueSize());
    map.setMaxEntries(layout.maxGroups(cpus));
    return Optional.of(
        new AggregationMap(
            map, layout, new AggregationDecoder(layout, probe), layout.maxGroups(cpus)));
  }

  /** Returns all groups that have calls. */
  public List<AggregationEntry> read() throws KernelException {
    List<AggregationEntry> groups = new ArrayList<>();
    for (BpfMap.PerCpuEntry each : entries()) {
      AggregationEntry group = decoder.decode(each.key(), each.values());
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
