/** The passwords between our own components. */
@NullMarked
package io.kuik.controller.credential;

import org.jspecify.annotations.NullMarked;
