package io.kuik.controller.collection;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster, as far as garbage collection goes. Everything is looked up at the moment it is asked for. */
public interface CollectionStore {
  /** The registry's StatefulSet; empty if there is none. */
  Optional<Registry> registry();

  /** All Jobs of garbage collections, with their pods. */
  List<Work> works();

  /**
   * Sets annotations of the StatefulSet, and takes those off that have no value.
   *
   * @throws RuntimeException
   *           if the StatefulSet is no longer as it was seen
   */
  void annotate(Registry registry, Map<String, Optional<String>> annotations);

  /** Sets the number of the registry's pods, under the same condition. */
  void scale(Registry registry, int replicas);

  /**
   * Creates a Job; one that is there already is left as it is.
   *
   * @return the API server's words, if it refuses the Job; to ask again changes nothing then
   */
  Optional<String> create(JsonObject job);

  /** Deletes a Job and its pods. */
  void delete(String job);

  /** The Jobs of copies that run. */
  List<String> copies();

  /** Tells whoever looks at the StatefulSet what happened, if that can be told. */
  void event(Registry registry, boolean warning, String reason, String message);
}
