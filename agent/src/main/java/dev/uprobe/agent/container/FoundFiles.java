package dev.uprobe.agent.container;

import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.target.TargetFile;
import java.util.List;

/**
 * Files of a container, held open: a path in the container may lead elsewhere a moment later, so
 * the paths of these files are descriptors of this process.
 *
 * <p>To be closed when probes are attached, or given up: until then the files, the container's
 * mounts with them, cannot go away. An attached probe does not need the descriptors.
 */
public final class FoundFiles implements Handle {
  private final List<TargetFile> files;
  private final Handle descriptors;

  FoundFiles(List<TargetFile> files, Handle descriptors) {
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
