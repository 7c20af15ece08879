/** The plan of one image's copy, and its steps. */
@NullMarked
package io.kuik.cacheworker.copy;

import org.jspecify.annotations.NullMarked;
