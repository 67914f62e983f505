package dev.uprobe.agent.process.files;

import dev.uprobe.agent.sys.libc.Handle;
import java.util.List;

/**
 * Files to put probes on, held open: a path may lead elsewhere a moment later, so the paths of
 * these files are descriptors of this process.
 *
 * <p>To be closed when probes are attached, or given up: until then the files, a container's mounts
 * with them, cannot go away. An attached probe does not need the descriptors.
 */
public final class FoundFiles implements Handle {
  private final List<TargetFile> files;
  private final Handle descriptors;

  /**
   * @param descriptors closed with this
   */
  public FoundFiles(List<TargetFile> files, Handle descriptors) {
    this.files = List.copyOf(files);
    this.descriptors = descriptors;
  }

  /** The files, whose paths and trees must not be used after {@link #close}. */
  public List<TargetFile> files() {
    return files;
  }

  @Override
  public void close() {
    descriptors.close();
  }
}
