/** How operators see the proxy: metrics, readiness and one log line per pull. */
@NullMarked
package io.kuik.proxy.ops;

import org.jspecify.annotations.NullMarked;
