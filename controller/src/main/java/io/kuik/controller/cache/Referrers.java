package io.kuik.controller.cache;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tags of what refers to something that is kept: signatures, attestations, lists of referrers. */
final class Referrers {
  private Referrers() {
  }

  /** Reads what is behind a tag. */
  interface Reader {
    /** Empty if there is no such tag. */
    Optional<CacheTags.Content> content(String tag);
  }

  /**
   * Those of {@code all} that refer to a digest behind a tag that is kept, behind its children, or behind
   * another one that is spared. A repository without such tags costs no request.
   */
  static Set<String> spared(List<String> all, Set<String> kept, Reader reader) {
    var candidates = new HashMap<String, String>();
    all.stream().filter(t -> !kept.contains(t))
        .forEach(t -> ReferrerTag.subject(t).ifPresent(d -> candidates.put(t, d)));
    var spared = new HashSet<String>();
    var digests = new HashSet<String>();
    Set<String> unread = candidates.isEmpty()
        ? Set.of()
        : all.stream().filter(kept::contains).collect(Collectors.toSet());
    while (!unread.isEmpty()) {
      for (String tag : unread) {
        reader.content(tag).ifPresent(c -> {
          digests.add(c.digest());
          digests.addAll(c.children());
        });
      }
      unread = candidates.entrySet().stream()
          .filter(e -> digests.contains(e.getValue()) && !spared.contains(e.getKey()))
          .map(Map.Entry::getKey).collect(Collectors.toSet());
      spared.addAll(unread);
    }
    return spared;
  }
}
