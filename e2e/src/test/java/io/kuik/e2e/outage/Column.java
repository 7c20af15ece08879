package io.kuik.e2e.outage;

/** What is asked for in each row of the matrix. */
public enum Column {
  /** A tag whose image is in the cache. */
  CACHED_TAG("cached tag"),
  /** The digest of the same image. */
  CACHED_DIGEST("cached digest"),
  /** A tag that the cache has never seen. */
  UNCACHED("uncached image"),
  /** A tag that is in the cache, and that the proxy asks the upstream about first. */
  LATEST("`latest`, cached");

  private final String title;

  Column(String title) {
    this.title = title;
  }

  /** The head of the column. */
  public String title() {
    return title;
  }
}
