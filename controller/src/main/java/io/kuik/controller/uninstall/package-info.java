/** What must go before the release does. */
@NullMarked
package io.kuik.controller.uninstall;

import org.jspecify.annotations.NullMarked;
