package dev.uprobe.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.UnaryOperator;

/** An informer store that keeps only the fields of each object that its users need. */
public class ReducedStore<T extends HasMetadata> extends BasicItemStore<T> {
  private final UnaryOperator<T> reduction;

  /**
   * Creates an empty store.
   *
   * @param reduction must keep at least {@link #identity}
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

  /** Returns the fields by which an informer identifies objects and their versions. */
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
