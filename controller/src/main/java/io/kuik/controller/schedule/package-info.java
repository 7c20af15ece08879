/** When things are due; the only package that knows Quartz. */
@NullMarked
package io.kuik.controller.schedule;

import org.jspecify.annotations.NullMarked;
