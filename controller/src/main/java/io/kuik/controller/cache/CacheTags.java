package io.kuik.controller.cache;

import io.kuik.model.CacheLocation;
import java.util.List;
import java.util.Optional;

/** The tags of the cache registry: what keeps its content from the collector. */
public interface CacheTags {
  /** Whether a tag is there. */
  Presence presence(CacheLocation location);

  /** Deletes a tag; the answer is no if there was none. What else has the same digest stays. */
  boolean delete(CacheLocation location);

  /** All repositories; an error rather than a part of them. */
  List<String> repositories();

  /** All tags of a repository; an error rather than a part of them. */
  List<String> tags(String repository);

  /** What is behind a tag; empty if there is none. */
  Optional<Content> content(CacheLocation location);

  /**
   * What a tag stands for.
   *
   * @param children
   *          digests of the manifests that an index lists
   */
  record Content(String digest, List<String> children) {
  }
}
