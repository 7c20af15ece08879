package io.kuik.proxy.request;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import java.util.Optional;
import java.util.OptionalInt;

/** One request of the pull protocol, validated. */
public sealed interface PullRequest {
  /** Asks whether this is a registry at all. */
  record Ping() implements PullRequest {
  }

  /** Asks for content of an image; everything in it keeps to the grammar of names. */
  sealed interface ImageRead extends PullRequest {
    /** The image as its upstream calls it; for a blob with the blob's digest. */
    ImageReference image();

    /** The word for logs and metrics. */
    String kind();
  }

  /** Asks for a manifest by {@link ImageReference#version()}: its tag or its digest, never both. */
  record ManifestRead(ImageReference image) implements ImageRead {
    @Override
    public String kind() {
      return "manifest";
    }
  }

  /** Asks for a blob. */
  record BlobRead(ImageReference image, Digest digest) implements ImageRead {
    @Override
    public String kind() {
      return "blob";
    }
  }

  /** Asks what there is, rather than for content of it. */
  sealed interface ListRead extends PullRequest {
    /** The repository. */
    Named of();

    /** What a registry is to be asked further, as a raw query; pages have words of the registry's own. */
    String query();

    /** The word for logs and metrics. */
    String kind();
  }

  /** Asks for tags: for at most so many, which come after the last one that the client has. */
  record TagsRead(Named of, OptionalInt most, Optional<String> last, String query) implements ListRead {
    @Override
    public String kind() {
      return "tags";
    }
  }

  /** Asks for manifests that refer to another one, such as signatures. */
  record ReferrersRead(Named of, Digest subject, String query) implements ListRead {
    @Override
    public String kind() {
      return "referrers";
    }
  }

  /** Asks for the image that the proxy makes itself: its manifest by tag or digest, or a blob by digest. */
  record CanaryRead(boolean blob, String reference) implements PullRequest {
  }

  /** Nothing that we serve, and what to answer to it. */
  record Invalid(SpecError error) implements PullRequest {
  }
}
