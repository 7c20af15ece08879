/** The one image that the proxy makes itself: a pod that pulls it proves that its node reaches the proxy. */
@NullMarked
package io.kuik.proxy.canary;

import org.jspecify.annotations.NullMarked;
