package io.kuik.controller.pod;

import com.google.gson.JsonObject;
import io.kuik.controller.json.JsonPatch;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the annotation {@code kuik.enix.io/healed} says: which containers were given their original image
 * back, and which of them their rewritten one again. Each way happens once at most. A tenant may write
 * anything into it; all that does is to keep the pod's images as they are.
 *
 * @param there
 *          containers that have their original image
 * @param back
 *          containers that were there, and have their rewritten image again
 */
public record HealedMark(Set<String> there, Set<String> back) {
  /** The annotation. */
  public static final String ANNOTATION = "kuik.enix.io/healed";

  private static final String BACK = ":back";

  /** Reads it from a pod's annotations. */
  public static HealedMark of(Map<String, String> annotations) {
    var there = new TreeSet<String>();
    var back = new TreeSet<String>();
    for (String word : annotations.getOrDefault(ANNOTATION, "").split(",", -1)) {
      if (word.endsWith(BACK)) {
        back.add(word.substring(0, word.length() - BACK.length()));
      } else if (!word.isEmpty()) {
        there.add(word);
      }
    }
    return new HealedMark(there, back);
  }

  /** Whether the container was healed, either way; names of containers and init containers differ. */
  public boolean names(String container) {
    return there.contains(container) || back.contains(container);
  }

  /** Whether another mark says the same of the container. */
  public boolean agrees(HealedMark other, String container) {
    return there.contains(container) == other.there.contains(container)
        && back.contains(container) == other.back.contains(container);
  }

  /** The mark after a container was given its original image. */
  public HealedMark withThere(String container) {
    var more = new TreeSet<>(there);
    more.add(container);
    return new HealedMark(more, back);
  }

  /** The mark after a container was given its rewritten image again. */
  public HealedMark withBack(String container) {
    var less = new TreeSet<>(there);
    less.remove(container);
    var more = new TreeSet<>(back);
    more.add(container);
    return new HealedMark(less, more);
  }

  /** The annotation's value. */
  public String text() {
    var words = new TreeSet<>(there);
    back.forEach(b -> words.add(b + BACK));
    return String.join(",", words);
  }

  /** Writes it to a pod. */
  public void write(JsonPatch patch, PodView pod) {
    if (!pod.annotated()) {
      // Should there be some by now, the admission policy refuses to lose them.
      var all = new JsonObject();
      all.addProperty(ANNOTATION, text());
      patch.add("/metadata/annotations", all);
    } else {
      patch.add(JsonPatch.pointer("metadata", "annotations", ANNOTATION), text());
    }
  }
}
