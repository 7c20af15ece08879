/**
 * The whole product, tested from outside: everything of this module is in its tests, and this is its one
 * class.
 */
@NullMarked
package io.kuik.e2e;

import org.jspecify.annotations.NullMarked;
