/**
 * Talking to a registry: authentication, redirects, limits. It knows no images beyond their manifests' bytes.
 */
@NullMarked
package io.kuik.registry;

import org.jspecify.annotations.NullMarked;
