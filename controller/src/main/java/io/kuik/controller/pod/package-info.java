/** What the controller knows of a pod, and which pods it looks after. */
@NullMarked
package io.kuik.controller.pod;

import org.jspecify.annotations.NullMarked;
