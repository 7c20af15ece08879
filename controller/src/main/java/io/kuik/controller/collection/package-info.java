/**
 * Garbage collection of the cache registry: when it may run, what is done about it, and that nothing stays
 * stopped.
 */
@NullMarked
package io.kuik.controller.collection;

import org.jspecify.annotations.NullMarked;
