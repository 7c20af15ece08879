/** The adapter of jib-core: writing to the cache registry; its types stop here. */
@NullMarked
package io.kuik.cacheworker.jib;

import org.jspecify.annotations.NullMarked;
