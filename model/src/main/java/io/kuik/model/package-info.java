/** The words that every component shares; nothing but the JDK below it. */
@NullMarked
package io.kuik.model;

import org.jspecify.annotations.NullMarked;
