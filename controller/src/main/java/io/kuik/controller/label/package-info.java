/** Pods from before: they get their label, so that their images are cached too. */
@NullMarked
package io.kuik.controller.label;

import org.jspecify.annotations.NullMarked;
