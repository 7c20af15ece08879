/** Pods whose image can't be had under our name get its original name back. */
@NullMarked
package io.kuik.controller.healing;

import org.jspecify.annotations.NullMarked;
