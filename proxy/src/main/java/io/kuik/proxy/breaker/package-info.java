/** Who is left alone for a moment, because waiting for it cost time or because it kept failing. */
@NullMarked
package io.kuik.proxy.breaker;

import org.jspecify.annotations.NullMarked;
