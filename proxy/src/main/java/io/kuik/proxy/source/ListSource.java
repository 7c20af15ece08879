package io.kuik.proxy.source;

import io.kuik.model.ImageReference;

/** One of the two registries, asked for what it has of a repository. */
public interface ListSource {
  /**
   * Asks it for {@code rest} below the repository, such as {@code tags/list?n=10}; never throws, and answers
   * within a fixed time whatever the registry does.
   */
  ListAnswer list(ImageReference repository, String rest, String accept);
}
