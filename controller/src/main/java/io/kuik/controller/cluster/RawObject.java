package io.kuik.controller.cluster;

import com.google.gson.JsonObject;
import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ListMeta;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kuik.controller.json.Json;
import java.util.List;

/**
 * An API object as client-java's informers want it: they need only its name and version, and what they keep
 * of each object is this and our own view of it, not the object.
 */
final class RawObject implements KubernetesObject {
  private final V1ObjectMeta metadata;
  private final Object view;

  /** Keeps the names of the object and the view of it. */
  RawObject(JsonObject json, Object view) {
    JsonObject from = Json.object(json, "metadata");
    this.metadata = new V1ObjectMeta();
    metadata.setName(Json.text(from, "name").orElse(""));
    metadata.setNamespace(Json.text(from, "namespace").orElse(""));
    metadata.setResourceVersion(Json.text(from, "resourceVersion").orElse(""));
    this.view = view;
  }

  Object view() {
    return view;
  }

  /** Resource versions of etcd are numbers that grow. */
  long version() {
    return version(metadata.getResourceVersion());
  }

  static long version(String resourceVersion) {
    try {
      return Long.parseLong(resourceVersion);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  String key() {
    return metadata.getNamespace().isEmpty()
        ? metadata.getName()
        : metadata.getNamespace() + "/" + metadata.getName();
  }

  @Override
  public V1ObjectMeta getMetadata() {
    return metadata;
  }

  /** The informer sets it on each item of a list, and warns if it can't; nobody needs it. */
  public void setApiVersion(String ignored) {
  }

  /** As {@link #setApiVersion}. */
  public void setKind(String ignored) {
  }

  @Override
  public String getApiVersion() {
    return "";
  }

  @Override
  public String getKind() {
    return "";
  }

  /** A list of them. */
  record Items(V1ListMeta metadata, List<RawObject> items) implements KubernetesListObject {
    @Override
    public V1ListMeta getMetadata() {
      return metadata;
    }

    @Override
    public List<RawObject> getItems() {
      return items;
    }

    @Override
    public String getApiVersion() {
      return "";
    }

    @Override
    public String getKind() {
      return "";
    }
  }
}
