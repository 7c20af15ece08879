/** What a worker tells: its log's progress, its termination message, and why it failed. */
@NullMarked
package io.kuik.cacheworker.report;

import org.jspecify.annotations.NullMarked;
