/** The program of a copy Job: it copies one image into the cache registry, and exits with an outcome. */
@NullMarked
package io.kuik.cacheworker;

import org.jspecify.annotations.NullMarked;
