package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of one kind, kept up to date by an informer, and by the answers to our own writes: so that what
 * we just did is never forgotten because the watch has not told it yet.
 *
 * @param <T>
 *          our view of an object
 */
public final class Watched<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);
  /** Far more than are deleted while an answer of the API server is on its way. */
  private static final int DELETIONS = 1000;

  private final Map<String, Entry<T>> objects = new ConcurrentHashMap<>();
  private final List<BiConsumer<Optional<T>, Optional<T>>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Long> deleted = Collections.synchronizedMap(new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
      return size() > DELETIONS;
    }
  });
  private volatile boolean complete;
  private final SharedInformerFactory factory;
  private final SharedIndexInformer<RawObject> informer;
  private final Function<JsonObject, T> view;

  private record Entry<T>(long version, T value) {
  }

  /** Those with the labels that the selector wants; an empty one wants none. */
  Watched(ApiCalls calls, ApiCalls watches, String path, String selector, Function<JsonObject, T> view) {
    this(calls, watches, path, selector.isEmpty() ? Map.of() : Map.of("labelSelector", selector), view);
  }

  /** Those that the parameters of the query choose. */
  Watched(ApiCalls calls, ApiCalls watches, String path, Map<String, String> selector,
      Function<JsonObject, T> view) {
    this.view = view;
    // One factory each: a factory has one informer per Java type, and never starts a second.
    this.factory = new SharedInformerFactory(watches.client());
    // No resync: with one, client-java loses objects that a second list brings (its issue tracker knows it
    // since v6).
    this.informer = factory.sharedIndexInformerFor(new ResourceLists(calls, watches, path, selector, view),
        RawObject.class, 0,
        // A second later it lists and watches again. A stack trace each time would hide everything else.
        (_, e) -> LOG.warn("watch broken off, begun again in a second: path={} error=\"{}\"", path,
            ApiCalls.reason(e)));
    informer.addEventHandler(new Handler());
  }

  /** Begins to list and watch. */
  public void start() {
    factory.startAllRegisteredInformers();
  }

  /** Ends the watch; what is known stays. */
  void stop() {
    factory.stopAllRegisteredInformers();
  }

  /**
   * Whether all of the first list has arrived here: the informer calls itself synced when it has handed the
   * list to a thread that tells us.
   */
  public boolean synced() {
    if (!complete && informer.hasSynced()) {
      complete = objects.keySet().containsAll(informer.getIndexer().listKeys());
    }
    return complete;
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
      long known = old == null ? deleted.getOrDefault(k, -1L) : old.version - 1;
      before.older = version != 0 && known >= version;
      before.value = Optional.ofNullable(old).map(Entry::value);
      return before.older ? old : new Entry<>(version, value);
    });
    if (!before.older) {
      tell(before.value, Optional.of(value));
    }
  }

  /**
   * A deletion that was seen is older than what we wrote since; one that was only inferred from a list counts
   * always. Either is remembered, for an answer to a write of ours may come after it.
   */
  private void remove(RawObject object, boolean inferred) {
    var before = new Object() {
      Optional<T> value = Optional.empty();
    };
    objects.compute(object.key(), (k, old) -> {
      if (old != null && !inferred && old.version > object.version()) {
        return old;
      }
      deleted.put(k, Math.max(object.version(), old == null ? 0 : old.version));
      before.value = Optional.ofNullable(old).map(Entry::value);
      return null;
    });
    if (before.value.isPresent()) {
      tell(before.value, Optional.empty());
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
