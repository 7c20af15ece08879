/** The life of a CachedImage: from the pods that use it to the Job that copies it and back. */
@NullMarked
package io.kuik.controller.image;

import org.jspecify.annotations.NullMarked;
