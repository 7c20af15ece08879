package io.kuik.proxy.source;

import io.kuik.proxy.request.SpecError;
import java.util.List;

/** What one registry said to a question for a list. */
public sealed interface ListAnswer {
  /**
   * The list, as it was sent; whoever gets it closes its lease, the room that it takes in memory.
   *
   * @param links
   *          its Link headers
   * @param filtered
   *          what the registry says that it left out, which is empty where it says nothing
   */
  record Got(String body, String mediaType, List<String> links, List<String> filtered,
      ManifestMemory.Lease lease) implements ListAnswer {
  }

  /** It says that there is no such list, or that it knows no such question. */
  record Missing(SpecError error) implements ListAnswer {
  }

  /** It refused, failed or did not answer. */
  record Unavailable(SpecError error, Answer.Health health) implements ListAnswer {
  }
}
