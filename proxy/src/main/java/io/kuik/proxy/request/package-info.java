/** What a client asks for, parsed once at the edge into values that nobody below parses again. */
@NullMarked
package io.kuik.proxy.request;

import org.jspecify.annotations.NullMarked;
