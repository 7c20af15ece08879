/** Health, readiness and metrics. */
@NullMarked
package io.kuik.controller.ops;

import org.jspecify.annotations.NullMarked;
