/** The cache's volume, as files. */
@NullMarked
package io.kuik.gcworker.volume;

import org.jspecify.annotations.NullMarked;
