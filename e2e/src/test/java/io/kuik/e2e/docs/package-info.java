/** The documentation, held against the code. */
@NullMarked
package io.kuik.e2e.docs;

import org.jspecify.annotations.NullMarked;
