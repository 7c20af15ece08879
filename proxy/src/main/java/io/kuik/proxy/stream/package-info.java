/**
 * The bytes of blobs on their way: proven, resumed where they broke, and shared by those who want the same.
 */
@NullMarked
package io.kuik.proxy.stream;

import org.jspecify.annotations.NullMarked;
