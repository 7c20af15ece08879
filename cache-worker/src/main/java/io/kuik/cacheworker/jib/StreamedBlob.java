package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.BlobDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A blob that goes straight from its source into the upload; jib's own would hash every byte again. */
final class StreamedBlob implements Blob {
  private final DescriptorDigest digest;
  private final long size;
  private final BlobContent content;
  private Optional<RuntimeException> failure = Optional.empty();

  StreamedBlob(DescriptorDigest digest, long size, BlobContent content) {
    this.digest = digest;
    this.size = size;
    this.content = content;
  }

  /** A source that fails ends the stream here, as if this were all; what comes after looks at the failure. */
  @Override
  public BlobDescriptor writeTo(OutputStream out) throws IOException {
    try {
      content.writeTo(out);
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
    return new BlobDescriptor(size, digest);
  }

  /** Why the source gave less than the blob. */
  Optional<RuntimeException> failure() {
    return failure;
  }

  @Override
  public boolean isRetryable() {
    return false;
  }
}
