/** Decides what is rewritten and copied; never moves an image's bytes. */
@NullMarked
package io.kuik.controller;

import org.jspecify.annotations.NullMarked;
