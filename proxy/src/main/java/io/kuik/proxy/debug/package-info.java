/** A page for people that says how the proxy is, and what it would do with an image. */
@NullMarked
package io.kuik.proxy.debug;

import org.jspecify.annotations.NullMarked;
