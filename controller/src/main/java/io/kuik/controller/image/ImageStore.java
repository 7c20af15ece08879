package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.model.CacheLocation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The cluster, as far as CachedImages and their Jobs go: what it is known to hold, and what may be done to
 * it.
 */
public interface ImageStore {
  /**
   * The resources of an image, by {@link CachedImage#key}, in the order of their names; one, if users made no
   * second.
   */
  List<CachedImage> find(String key);

  /** The resources of images that have this place in the cache when everybody may read them. */
  List<CachedImage> at(CacheLocation place);

  /** All that are known. */
  List<CachedImage> all();

  /** The resource with this name. */
  Optional<CachedImage> named(String name);

  /** A copy Job, by name. */
  Optional<JobView> job(String name);

  /** The pods of a copy Job. */
  List<WorkerPod> workers(String job);

  /** Creates a CachedImage; one that is there already is left as it is, and the answer is no. */
  boolean create(JsonObject cachedImage);

  /** Deletes a CachedImage, but not another one that has taken its name since. */
  void delete(CachedImage image);

  /**
   * Takes version 1's finalizer off a CachedImage that is {@link CachedImage.Stated#stuck}; the answer is no
   * if it is another one by now.
   */
  boolean release(CachedImage image);

  /**
   * Since when the cluster has known this kind of resource; empty if it doesn't, or is about to forget it.
   */
  Optional<Instant> kindSince();

  /** Merges into a CachedImage's status. */
  void patchStatus(String name, JsonObject patch);

  /** Creates a Job; one that is there already is left as it is, and the answer is no. */
  boolean createJob(JsonObject job);

  /** Deletes a Job and its pods. */
  void deleteJob(String name);

  /** Creates a Secret beside the Jobs, in place of one that is there. */
  void putSecret(JsonObject secret);

  /** Deletes a Secret beside the Jobs. */
  void deleteSecret(String name);

  /** Tells the users of an image what happened to it, if that can be told. */
  void event(CachedImage about, ImagePlan.Note note);
}
