/** What the controller asks of the cache registry. */
@NullMarked
package io.kuik.controller.cache;

import org.jspecify.annotations.NullMarked;
