/** Where registries are, also while nobody can be asked for it. */
@NullMarked
package io.kuik.proxy.address;

import org.jspecify.annotations.NullMarked;
