package io.kuik.cacheworker.manifest;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.kuik.model.Digest;
import io.kuik.model.Platform;
import java.io.IOException;
import java.util.Optional;

/** Reads one descriptor; members that don't matter here, such as inline {@code data}, are skipped. */
final class DescriptorJson {
  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
  private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
  private static final String UNKNOWN = "unknown";

  private String mediaType = "";
  private String digest = "";
  private long size = -1;
  private boolean urls;
  private boolean reference;
  private String subject = "";
  private String os = "";
  private String osVersion = "";
  private String architecture = "";
  private String variant = "";

  private DescriptorJson() {
  }

  static Descriptor read(JsonReader json) throws IOException {
    var read = new DescriptorJson();
    read.members(json, read::member);
    return read.descriptor();
  }

  private Descriptor descriptor() {
    if (digest.isEmpty() || size < 0) {
      throw new IllegalArgumentException("a part has no digest or no size");
    }
    boolean nothingToRun = os.equals(UNKNOWN) && architecture.equals(UNKNOWN);
    Optional<Platform> platform = os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os, said(osVersion), architecture, said(variant)));
    boolean foreign = mediaType.contains(".foreign.") || mediaType.contains(".nondistributable.");
    return new Descriptor(mediaType, Digest.parse(digest), size, platform, said(subject).map(Digest::parse),
        nothingToRun || reference, urls || foreign);
  }

  private static Optional<String> said(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private void member(JsonReader json, String name) throws IOException {
    switch (name) {
      case "mediaType" -> mediaType = json.nextString();
      case "digest" -> digest = json.nextString();
      case "size" -> size = json.nextLong();
      case "platform" -> members(json, this::platform);
      case "annotations" -> members(json, this::annotation);
      case "urls" -> urls = anything(json);
      default -> json.skipValue();
    }
  }

  private void platform(JsonReader json, String name) throws IOException {
    switch (name) {
      case "os" -> os = json.nextString();
      case "os.version" -> osVersion = json.nextString();
      case "architecture" -> architecture = json.nextString();
      case "variant" -> variant = json.nextString();
      default -> json.skipValue();
    }
  }

  private void annotation(JsonReader json, String name) throws IOException {
    switch (name) {
      case REFERENCE_TYPE -> {
        reference = true;
        json.skipValue();
      }
      case REFERENCE_DIGEST -> subject = json.nextString();
      default -> json.skipValue();
    }
  }

  private static boolean anything(JsonReader json) throws IOException {
    json.beginArray();
    boolean found = json.hasNext();
    while (json.hasNext()) {
      json.skipValue();
    }
    json.endArray();
    return found;
  }

  private void members(JsonReader json, Member reader) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (json.peek() == JsonToken.NULL) {
        json.nextNull();
      } else {
        reader.read(json, name);
      }
    }
    json.endObject();
  }

  /** What is done with one member of an object. */
  private interface Member {
    void read(JsonReader json, String name) throws IOException;
  }
}
