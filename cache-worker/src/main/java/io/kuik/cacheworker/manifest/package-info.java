/** What a manifest points to, read from its bytes; never written again from what was read. */
@NullMarked
package io.kuik.cacheworker.manifest;

import org.jspecify.annotations.NullMarked;
