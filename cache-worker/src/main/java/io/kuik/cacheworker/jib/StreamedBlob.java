package io.kuik.cacheworker.jib;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.BlobDescriptor;
import java.io.IOException;
import java.io.OutputStream;

/** A blob that goes straight from its source into the upload; jib's own would hash every byte again. */
record StreamedBlob(DescriptorDigest digest, long size, BlobContent content) implements Blob {
  @Override
  public BlobDescriptor writeTo(OutputStream out) throws IOException {
    content.writeTo(out);
    return new BlobDescriptor(size, digest);
  }

  @Override
  public boolean isRetryable() {
    return false;
  }
}
