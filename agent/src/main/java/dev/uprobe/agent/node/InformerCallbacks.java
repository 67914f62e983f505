package dev.uprobe.agent.node;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/** Hands over what an informer sees: as it is now, or that it is gone. */
record InformerCallbacks<T extends HasMetadata>(Consumer<T> put, Consumer<T> remove)
    implements ResourceEventHandler<T> {

  @Override
  public void onAdd(T added) {
    put.accept(added);
  }

  @Override
  public void onUpdate(T before, T now) {
    // Deleted and created again while the informer did not watch.
    if (!before.getMetadata().getUid().equals(now.getMetadata().getUid())) {
      remove.accept(before);
    }
    put.accept(now);
  }

  @Override
  public void onDelete(T deleted, boolean finalStateUnknown) {
    remove.accept(deleted);
  }
}
