package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.informer.ListerWatcher;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ListMeta;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Watchable;
import io.kuik.controller.json.Json;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Lists and watches one kind of resource below a path, page by page, and keeps only a view of each object.
 */
final class ResourceLists implements ListerWatcher<RawObject, RawObject.Items> {
  /**
   * A page is in memory as a whole, as text and as a tree ten times that size, and a pod of many variables
   * has 20 KB: five hundred of them would be more than the heap.
   */
  private static final int PAGE = 100;
  private static final Type RESPONSE = new TypeToken<Watch.Response<JsonObject>>() {
  }.getType();

  private final ApiCalls calls;
  private final ApiCalls watches;
  private final String path;
  private final Map<String, String> selector;
  private final Function<JsonObject, ?> view;

  /**
   * The second set of calls is for watches, which wait for bytes without limit.
   *
   * @param selector
   *          parameters that choose among the objects
   */
  ResourceLists(ApiCalls calls, ApiCalls watches, String path, Map<String, String> selector,
      Function<JsonObject, ?> view) {
    this.calls = calls;
    this.watches = watches;
    this.path = path;
    this.selector = Map.copyOf(selector);
    this.view = view;
  }

  @Override
  public RawObject.Items list(CallGeneratorParams params) throws ApiException {
    List<RawObject> items = new ArrayList<>();
    Map<String, String> query = query();
    query.put("limit", String.valueOf(PAGE));
    String version;
    do {
      JsonObject page = page(query);
      Json.objects(page, "items").forEach(o -> items.add(raw(o)));
      version = Json.text(page, "metadata", "resourceVersion").orElse("");
      query.put("continue", Json.text(page, "metadata", "continue").orElse(""));
    } while (!query.getOrDefault("continue", "").isEmpty());
    return new RawObject.Items(new V1ListMeta().resourceVersion(version), items);
  }

  private JsonObject page(Map<String, String> query) throws ApiException {
    try {
      return calls.get(path, query);
    } catch (ClusterException e) {
      // The reflector knows how to wait and try again after its own kind of exception only.
      throw e.getCause() instanceof ApiException api ? api : new ApiException(e);
    }
  }

  private RawObject raw(JsonObject json) {
    return new RawObject(json, view.apply(json));
  }

  private Map<String, String> query() {
    return new LinkedHashMap<>(selector);
  }

  @Override
  public Watchable<RawObject> watch(CallGeneratorParams params) throws ApiException {
    Map<String, String> query = query();
    query.put("watch", "true");
    query.put("resourceVersion", params.resourceVersion);
    if (params.timeoutSeconds != null) {
      query.put("timeoutSeconds", String.valueOf(params.timeoutSeconds));
    }
    return new Views(Watch.createWatch(watches.client(),
        watches.call("GET", path, query, null, "application/json"), RESPONSE));
  }

  /** A watch whose objects are turned into views as they arrive. */
  private final class Views implements Watchable<RawObject> {
    private final Watch<JsonObject> watch;

    Views(Watch<JsonObject> watch) {
      this.watch = watch;
    }

    @Override
    public Iterator<Watch.Response<RawObject>> iterator() {
      return this;
    }

    @Override
    public boolean hasNext() {
      return watch.hasNext();
    }

    @Override
    public Watch.Response<RawObject> next() {
      Watch.Response<JsonObject> next = watch.next();
      return next.object == null
          ? new Watch.Response<>(next.type, next.status)
          : new Watch.Response<>(next.type, raw(next.object));
    }

    @Override
    public void close() throws IOException {
      watch.close();
    }
  }
}
