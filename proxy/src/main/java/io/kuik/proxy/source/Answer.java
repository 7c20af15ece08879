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
  record Unavailable(SpecError error, Health health) implements Answer {
    /** From a registry that is well and refuses. */
    public Unavailable(SpecError error) {
      this(error, Health.WELL);
    }
  }

  /** What the absence of content says of the registry itself. */
  enum Health {
    /** It answered, or nothing is known. */
    WELL,
    /** It did not answer, or answered that it is not well. */
    ILL,
    /** It was not asked. */
    NOT_ASKED
  }
}
