/** The few calls of the Kubernetes API that stop and start the registry. */
@NullMarked
package io.kuik.gcworker.cluster;

import org.jspecify.annotations.NullMarked;
