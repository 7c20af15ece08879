/** What upstream registries grant us, and when they must be left alone. */
@NullMarked
package io.kuik.controller.upstream;

import org.jspecify.annotations.NullMarked;
