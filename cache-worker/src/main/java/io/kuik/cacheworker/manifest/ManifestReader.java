package io.kuik.cacheworker.manifest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.ManifestType;
import io.kuik.model.Platform;
import io.kuik.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a manifest points to; of all else that is in it nothing is kept, because its bytes are. */
public final class ManifestReader {
  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
  private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
  private static final String UNKNOWN = "unknown";

  private ManifestReader() {
  }

  /**
   * The same bytes under the type that they say of themselves, where they do: some registries serve manifests
   * as
   * plain JSON, and the cache registry refuses a Content-Type that contradicts the manifest.
   */
  public static Manifest typed(Manifest manifest) {
    String type = type(manifest, parse(manifest));
    return type.equals(manifest.mediaType())
        ? manifest
        : new Manifest(manifest.bytes(), type, manifest.digest());
  }

  /** What the manifest points to. */
  public static ManifestContent read(Manifest manifest) {
    JsonObject json = parse(manifest);
    try {
      if (ManifestType.isIndex(type(manifest, json))) {
        return new ManifestContent.Index(descriptors(json, "manifests"));
      }
      var blobs = new ArrayList<Descriptor>();
      if (json.has("config")) {
        blobs.add(descriptor(json.getAsJsonObject("config")));
      }
      blobs.addAll(descriptors(json, "layers"));
      return new ManifestContent.Image(blobs);
    } catch (ClassCastException | IllegalStateException | UnsupportedOperationException
        | IllegalArgumentException | NullPointerException | InvalidReferenceException e) {
      throw unsupported(manifest, "is not what its type says: " + e.getMessage());
    }
  }

  private static JsonObject parse(Manifest manifest) {
    try {
      return JsonParser.parseString(new String(manifest.bytes(), StandardCharsets.UTF_8)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw unsupported(manifest, "is no JSON object");
    }
  }

  private static String type(Manifest manifest, JsonObject json) {
    String said = json.has("mediaType") && json.get("mediaType").isJsonPrimitive()
        ? json.get("mediaType").getAsString()
        : "";
    if (ManifestType.ACCEPT.contains(said)) {
      return said;
    }
    if (ManifestType.ACCEPT.contains(manifest.mediaType())) {
      return manifest.mediaType();
    }
    boolean generic = said.isEmpty() && (manifest.mediaType().isEmpty()
        || manifest.mediaType().equals("application/json") || manifest.mediaType().equals("text/plain")
        || manifest.mediaType().equals("application/octet-stream"));
    if (generic && json.has("manifests")) {
      return ManifestType.OCI_INDEX;
    }
    if (generic && json.has("config") && json.has("layers")) {
      return ManifestType.OCI_MANIFEST;
    }
    String type = said.isEmpty() ? manifest.mediaType() : said;
    String why = type.contains("manifest.v1") || json.has("fsLayers")
        ? "is of Docker's schema 1, which container runtimes no longer run: push the image again with a current tool"
        : "is of the unknown type \"" + type + "\"";
    throw unsupported(manifest, why);
  }

  private static List<Descriptor> descriptors(JsonObject json, String member) {
    JsonElement list = json.get(member);
    var found = new ArrayList<Descriptor>();
    if (list != null && !list.isJsonNull()) {
      list.getAsJsonArray().forEach(e -> found.add(descriptor(e.getAsJsonObject())));
    }
    return found;
  }

  private static Descriptor descriptor(JsonObject json) {
    Digest digest = Digest.parse(json.get("digest").getAsString());
    long size = json.get("size").getAsLong();
    if (size < 0) {
      throw new IllegalArgumentException("the size of " + digest + " is negative");
    }
    JsonObject annotations = member(json, "annotations").orElseGet(JsonObject::new);
    Optional<JsonObject> os = member(json, "platform");
    boolean nothingToRun = os.isPresent() && UNKNOWN.equals(text(os.get(), "os"))
        && UNKNOWN.equals(text(os.get(), "architecture"));
    JsonElement urls = json.get("urls");
    return new Descriptor(text(json, "mediaType"), digest, size, os.flatMap(ManifestReader::platform),
        Optional.of(text(annotations, REFERENCE_DIGEST)).filter(d -> !d.isEmpty()).map(Digest::parse),
        nothingToRun || annotations.has(REFERENCE_TYPE),
        urls instanceof JsonArray array && !array.isEmpty());
  }

  private static Optional<Platform> platform(JsonObject json) {
    String os = text(json, "os");
    String architecture = text(json, "architecture");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os, architecture,
            Optional.of(text(json, "variant")).filter(v -> !v.isEmpty())));
  }

  private static Optional<JsonObject> member(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? Optional.empty() : Optional.of(value.getAsJsonObject());
  }

  private static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  private static CopyFailure unsupported(Manifest manifest, String why) {
    return new CopyFailure(CopyOutcome.UNSUPPORTED, "The manifest " + manifest.digest() + " " + why);
  }
}
