package io.kuik.cacheworker.manifest;

import io.kuik.model.Digest;
import io.kuik.model.Platform;
import java.util.Optional;

/**
 * What a manifest says of something that it points to.
 *
 * @param mediaType
 *          may be empty
 * @param platform
 *          only on entries of an index, and not on all of them
 * @param subject
 *          the digest that an attestation is about
 * @param attestation
 *          whether the entry says something about another one, and is nothing to run
 * @param elsewhere
 *          whether its bytes are meant to come from another place than the registry (foreign layers)
 */
public record Descriptor(String mediaType, Digest digest, long size, Optional<Platform> platform,
    Optional<Digest> subject, boolean attestation, boolean elsewhere) {
}
