package io.kuik.registry;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/** A registry's list of tags: {@code {"name": "library/nginx", "tags": ["1.27", ...]}}. */
public final class TagList {
  private TagList() {
  }

  /**
   * The tags in it; a repository without any may have null there.
   *
   * @throws RegistryException.Unsupported
   *           if it is no such list; {@code who} sent it
   */
  public static List<String> read(String json, String who) {
    try (var reader = new JsonReader(new StringReader(json))) {
      var tags = new ArrayList<String>();
      reader.beginObject();
      while (reader.hasNext()) {
        if (reader.nextName().equals("tags") && reader.peek() == JsonToken.BEGIN_ARRAY) {
          reader.beginArray();
          while (reader.hasNext()) {
            tags.add(reader.nextString());
          }
          reader.endArray();
        } else {
          reader.skipValue();
        }
      }
      reader.endObject();
      return tags;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new RegistryException.Unsupported(who + " sent no list of tags");
    }
  }
}
