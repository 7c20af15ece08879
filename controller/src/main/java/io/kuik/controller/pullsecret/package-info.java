/** The pull secrets of an image's pods: which there are, what is in them, and what a copy gets of it. */
@NullMarked
package io.kuik.controller.pullsecret;

import org.jspecify.annotations.NullMarked;
