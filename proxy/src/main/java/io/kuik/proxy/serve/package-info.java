/** Which of the two registries serves a pull, and how its bytes get to the client. */
@NullMarked
package io.kuik.proxy.serve;

import org.jspecify.annotations.NullMarked;
