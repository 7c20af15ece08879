/** What {@code localhost:7439/...} means on a node: the cache first, the upstream when the cache can't. */
@NullMarked
package io.kuik.proxy;

import org.jspecify.annotations.NullMarked;
