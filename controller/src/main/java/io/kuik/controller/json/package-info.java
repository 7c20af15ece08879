/** Reading JSON that others wrote, and saying what is to change in it. */
@NullMarked
package io.kuik.controller.json;

import org.jspecify.annotations.NullMarked;
