/** Asking one registry, the cache or an upstream: it has the content, it has not, or it can't say. */
@NullMarked
package io.kuik.proxy.source;

import org.jspecify.annotations.NullMarked;
