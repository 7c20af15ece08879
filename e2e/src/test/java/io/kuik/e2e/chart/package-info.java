/** What the Helm chart renders, refuses and says, asked of the real helm without a cluster. */
@NullMarked
package io.kuik.e2e.chart;

import org.jspecify.annotations.NullMarked;
