/** What the user configured, validated once. */
@NullMarked
package io.kuik.controller.config;

import org.jspecify.annotations.NullMarked;
