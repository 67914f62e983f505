package dev.uprobe.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.UnaryOperator;

/** Keeps of each object only what its reader needs, a small part of what the API server sends. */
public class ReducedStore<T extends HasMetadata> extends BasicItemStore<T> {
  private final UnaryOperator<T> reduction;

  /**
   * Creates an empty store.
   *
   * @param reduction keeps {@link #identity} at least
   */
  public ReducedStore(UnaryOperator<T> reduction) {
    super(Cache::metaNamespaceKeyFunc);
    this.reduction = reduction;
  }

  @Override
  public T put(String key, T object) {
    return super.put(key, reduction.apply(object));
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  /** Returns what an informer tells objects and their versions apart by. */
  public static ObjectMeta identity(HasMetadata object) {
    ObjectMeta from = object.getMetadata();
    ObjectMeta metadata = new ObjectMeta();
    metadata.setNamespace(from.getNamespace());
    metadata.setName(from.getName());
    metadata.setUid(from.getUid());
    metadata.setResourceVersion(from.getResourceVersion());
    return metadata;
  }
}
