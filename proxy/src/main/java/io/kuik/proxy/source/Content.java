package io.kuik.proxy.source;

import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import io.kuik.registry.RegistryResponse;
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

  /**
   * A blob or a part of it, still on the wire; only the headers if the client asked for no more.
   *
   * @param hashed
   *          whether the bytes must be those of the digest, or only as many as announced
   */
  record Blob(Digest digest, boolean hashed, RegistryResponse response) implements Content {
    /** Bytes to come, or -1 if the registry did not say it. */
    public long length() {
      return response.length();
    }

    @Override
    public void close() {
      response.close();
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
