package io.kuik.proxy.source;

import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.util.Map;
import java.util.Optional;

/** Content of an image that a registry has, ready to be sent. */
public sealed interface Content extends AutoCloseable {
  @Override
  void close();

  /** A manifest, read whole and hashed; {@code lease} is the room it takes in memory. */
  record WholeManifest(Manifest manifest, ManifestMemory.Lease lease) implements Content {
    @Override
    public void close() {
      lease.close();
    }
  }

  /** All that the headers say of a manifest. */
  record ManifestFacts(Digest digest, String mediaType, long size) implements Content {
    @Override
    public void close() {
      // Nothing of it is on the wire any more.
    }
  }

  /** A blob or a part of it; only the headers if the client asked for no more. */
  record Blob(Digest digest, BlobHeader header, Body body) implements Content {
    /** Bytes to come, or -1 if the registry did not say it. */
    public long length() {
      return header.length();
    }

    /** The same with its bytes led another way. */
    public Blob with(Body other) {
      return new Blob(digest, header, other);
    }

    @Override
    public void close() {
      body.close();
    }
  }

  /**
   * Tags, or what refers to a manifest.
   *
   * @param headers
   *          beside the content's own: where it goes on, and what was left out
   */
  record Listing(String body, String mediaType, Map<String, String> headers, ManifestMemory.Lease lease)
      implements
        Content {
    @Override
    public void close() {
      lease.close();
    }
  }

  /** The blob is there, the asked part of it is not. */
  record NoSuchRange(Optional<String> contentRange) implements Content {
    @Override
    public void close() {
      // Nothing of it is on the wire any more.
    }
  }
}
