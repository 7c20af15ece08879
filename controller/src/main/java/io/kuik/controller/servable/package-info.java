/** Whether the proxy can really serve an image that a pod asks for. */
@NullMarked
package io.kuik.controller.servable;

import org.jspecify.annotations.NullMarked;
