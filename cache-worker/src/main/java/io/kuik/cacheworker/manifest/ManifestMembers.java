package io.kuik.cacheworker.manifest;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The members of a manifest that matter, read in one pass: a tree of a manifest of 4 MiB would fill the heap.
 *
 * @param schema1
 *          whether it has the layers of Docker's schema 1
 */
record ManifestMembers(String mediaType, boolean schema1, Optional<Descriptor> config,
    Optional<List<Descriptor>> layers, Optional<List<Descriptor>> manifests) {
  /** Far above any image; each of them is a question to the cache registry. */
  private static final int DESCRIPTORS = 10_000;

  /**
   * Reads them.
   *
   * @throws IOException
   *           if the bytes are no JSON object
   * @throws IllegalArgumentException
   *           if a member is not what it must be
   */
  static ManifestMembers read(byte[] bytes) throws IOException {
    try (var json = new JsonReader(
        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))) {
      if (bytes.length == 0 || json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new IOException("no JSON object");
      }
      ManifestMembers members = object(json);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new EOFException("more than one JSON object");
      }
      return members;
    } catch (IllegalStateException | NumberFormatException e) {
      // Gson's second line is an address of its documentation.
      throw new IllegalArgumentException(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }

  private static ManifestMembers object(JsonReader json) throws IOException {
    String mediaType = "";
    boolean schema1 = false;
    Optional<Descriptor> config = Optional.empty();
    Optional<List<Descriptor>> layers = Optional.empty();
    Optional<List<Descriptor>> manifests = Optional.empty();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (json.peek() == JsonToken.NULL) {
        json.nextNull();
        continue;
      }
      switch (name) {
        case "mediaType" -> mediaType = json.nextString();
        case "config" -> config = Optional.of(DescriptorJson.read(json));
        case "layers" -> layers = Optional.of(list(json));
        case "manifests" -> manifests = Optional.of(list(json));
        case "fsLayers" -> {
          schema1 = true;
          json.skipValue();
        }
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new ManifestMembers(mediaType, schema1, config, layers, manifests);
  }

  private static List<Descriptor> list(JsonReader json) throws IOException {
    var found = new ArrayList<Descriptor>();
    json.beginArray();
    while (json.hasNext()) {
      if (found.size() == DESCRIPTORS) {
        throw new IllegalArgumentException("it lists more than " + DESCRIPTORS + " parts");
      }
      found.add(DescriptorJson.read(json));
    }
    json.endArray();
    return found;
  }
}
