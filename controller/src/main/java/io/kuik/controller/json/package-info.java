/** Reading JSON that others wrote. */
@NullMarked
package io.kuik.controller.json;

import org.jspecify.annotations.NullMarked;
