package io.kuik.proxy.source;

import io.kuik.registry.RegistryResponse;
import java.util.Optional;

/**
 * What a registry says of a blob before its bytes.
 *
 * @param status
 *          200 or 206
 * @param length
 *          bytes to come, or -1 if the registry did not say it
 */
public record BlobHeader(int status, long length, String contentType, Optional<String> acceptRanges,
    Optional<String> contentRange) {
  static BlobHeader of(RegistryResponse response) {
    return new BlobHeader(response.status(), response.length(),
        response.header("Content-Type").orElse("application/octet-stream"), response.header("Accept-Ranges"),
        response.header("Content-Range"));
  }
}
