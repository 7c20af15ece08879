package io.kuik.proxy.source;

import io.kuik.proxy.request.SpecError;

/** What one registry said to a request; expected outcomes all of them, so none is an exception. */
public sealed interface Answer {
  /** It has the content; whoever gets it closes it. */
  record Found(Content content) implements Answer {
  }

  /** It says that there is no such content. */
  record Missing(SpecError error) implements Answer {
  }

  /** It refused, failed or did not answer: it may have the content nevertheless. */
  record Unavailable(SpecError error) implements Answer {
  }
}
