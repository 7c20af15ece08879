/** Garbage collection's hands: stop the registry, restore it, report. */
@NullMarked
package io.kuik.gcworker;

import org.jspecify.annotations.NullMarked;
