/** Which images of a pod get another name, and the patch that says so; pure. */
@NullMarked
package io.kuik.controller.rewrite;

import org.jspecify.annotations.NullMarked;
