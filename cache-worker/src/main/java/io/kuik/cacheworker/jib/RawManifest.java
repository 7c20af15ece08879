package io.kuik.cacheworker.jib;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;

/** A manifest that jib's serialisation passes on byte for byte. */
final class RawManifest implements ManifestTemplate {
  private final String json;
  private final String mediaType;

  RawManifest(String json, String mediaType) {
    this.json = json;
    this.mediaType = mediaType;
  }

  /** All that is serialised. */
  @JsonValue
  @JsonRawValue
  public String json() {
    return json;
  }

  @Override
  @JsonIgnore
  public int getSchemaVersion() {
    return 2;
  }

  @Override
  @JsonIgnore
  public String getManifestMediaType() {
    return mediaType;
  }
}
