package io.kuik.proxy.source;

import io.kuik.proxy.request.PullRequest.ImageRead;
import io.kuik.proxy.request.Wanted;

/** One of the two registries that an image can come from. */
public interface Source {
  /** Asks it; never throws, and answers within a fixed time whatever the registry does. */
  Answer ask(ImageRead read, Wanted wanted);

  /** The same where there is nobody else to ask: also a registry that is left alone because it failed. */
  default Answer insist(ImageRead read, Wanted wanted) {
    return ask(read, wanted);
  }
}
