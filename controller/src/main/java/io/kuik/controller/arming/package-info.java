/**
 * Whether rewritten names would find a proxy on every node: what is known of the nodes, and the canaries that
 * prove it.
 */
@NullMarked
package io.kuik.controller.arming;

import org.jspecify.annotations.NullMarked;
