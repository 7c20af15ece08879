package io.kuik.registry;

import io.kuik.model.Digest;
import java.util.Optional;

/**
 * What a HEAD says of a manifest; some registries leave the digest out.
 *
 * @param size
 *          bytes, or -1 if the registry did not say it
 */
public record ManifestHead(Optional<Digest> digest, String mediaType, long size) {
}
