/** Lists of what there is: tags of a repository, and what refers to a manifest. */
@NullMarked
package io.kuik.proxy.lists;

import org.jspecify.annotations.NullMarked;
