package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * All objects of one kind, kept up to date by an informer, and by the answers to our own writes: so that what
 * we just did
 * is never forgotten because the watch has not told it yet.
 *
 * @param <T>
 *          our view of an object
 */
public final class Watched<T> {
  private final Map<String, Entry<T>> objects = new ConcurrentHashMap<>();
  private final List<BiConsumer<Optional<T>, Optional<T>>> listeners = new CopyOnWriteArrayList<>();
  private final SharedInformerFactory factory;
  private final SharedIndexInformer<RawObject> informer;
  private final Function<JsonObject, T> view;

  private record Entry<T>(long version, T value) {
  }

  Watched(ApiCalls calls, ApiCalls watches, String path, String selector, Function<JsonObject, T> view) {
    this.view = view;
    // One factory each: a factory has one informer per Java type, and never starts a second.
    this.factory = new SharedInformerFactory(watches.client());
    // No resync: with one, client-java loses objects that a second list brings (its issue tracker knows it
    // since v6).
    this.informer = factory.sharedIndexInformerFor(new ResourceLists(calls, watches, path, selector, view),
        RawObject.class, 0);
    informer.addEventHandler(new Handler());
  }

  /** Begins to list and watch. */
  public void start() {
    factory.startAllRegisteredInformers();
  }

  /** Whether the first list is complete. */
  public boolean synced() {
    return informer.hasSynced();
  }

  /**
   * Has a listener told of each change: what was before, and what is after; an empty side means that there is
   * nothing.
   */
  public void onChange(BiConsumer<Optional<T>, Optional<T>> listener) {
    listeners.add(listener);
  }

  /** The object with this key: its name, or namespace/name. */
  public Optional<T> find(String key) {
    return Optional.ofNullable(objects.get(key)).map(Entry::value);
  }

  /** All objects. */
  public Collection<T> all() {
    return objects.values().stream().map(Entry::value).toList();
  }

  /** Takes note of the API server's answer to a write of ours. */
  void written(JsonObject answer) {
    put(new RawObject(answer, view.apply(answer)));
  }

  @SuppressWarnings("unchecked")
  private void put(RawObject object) {
    T value = (T) object.view();
    long version = object.version();
    var before = new Object() {
      Optional<T> value = Optional.empty();
      boolean older;
    };
    objects.compute(object.key(), (k, old) -> {
      before.older = old != null && version != 0 && old.version > version;
      before.value = Optional.ofNullable(old).map(Entry::value);
      return old != null && before.older ? old : new Entry<>(version, value);
    });
    if (!before.older) {
      tell(before.value, Optional.of(value));
    }
  }

  /**
   * A deletion that was seen is older than what we wrote since; one that was only inferred from a list counts
   * always.
   */
  private void remove(RawObject object, boolean inferred) {
    Entry<T> old = objects.get(object.key());
    if (old != null && (inferred || old.version <= object.version()) && objects.remove(object.key(), old)) {
      tell(Optional.of(old.value), Optional.empty());
    }
  }

  private void tell(Optional<T> before, Optional<T> after) {
    listeners.forEach(l -> l.accept(before, after));
  }

  private final class Handler implements ResourceEventHandler<RawObject> {
    @Override
    public void onAdd(RawObject object) {
      put(object);
    }

    @Override
    public void onUpdate(RawObject before, RawObject object) {
      put(object);
    }

    @Override
    public void onDelete(RawObject object, boolean finalStateUnknown) {
      remove(object, finalStateUnknown);
    }
  }
}
