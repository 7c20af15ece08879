/** The only package that speaks to the Kubernetes API. */
@NullMarked
package io.kuik.controller.cluster;

import org.jspecify.annotations.NullMarked;
