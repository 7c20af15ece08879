package io.kuik.controller.cache;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when tags have been orphans, as text for a ConfigMap. It is a note and no truth: one that can't be
 * read, or lacks a tag, means that the tag waits once more.
 */
public final class OrphanRecord {
  /** A ConfigMap holds 1 MiB; a tag's name takes at most 400 bytes of it. */
  private static final int LIMIT = 2000;

  private OrphanRecord() {
  }

  /** Reads what {@link #write} wrote. */
  public static Map<String, Instant> read(String text) {
    var orphans = new HashMap<String, Instant>();
    try {
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
        orphans.put(entry.getKey(), Instant.parse(entry.getValue().getAsString()));
      }
      return orphans;
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException
        | DateTimeException spoilt) {
      return Map.of();
    }
  }

  /** The oldest, if there are too many. */
  public static String write(Map<String, Instant> orphans) {
    var json = new JsonObject();
    orphans.entrySet().stream().sorted(Comparator
        .comparing(Map.Entry<String, Instant>::getValue).thenComparing(Map.Entry::getKey)).limit(LIMIT)
        .forEach(e -> json.addProperty(e.getKey(), e.getValue().toString()));
    return json.toString();
  }
}
