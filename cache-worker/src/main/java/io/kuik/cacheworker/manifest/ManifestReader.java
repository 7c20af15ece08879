package io.kuik.cacheworker.manifest;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.InvalidReferenceException;
import io.kuik.model.ManifestType;
import io.kuik.registry.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what a manifest points to; of all else that is in it nothing is kept, because its bytes are. */
public final class ManifestReader {
  private static final Set<String> GENERIC = Set.of("", "application/json", "text/plain",
      "application/octet-stream");

  private ManifestReader() {
  }

  /**
   * The same bytes under the type that they say of themselves, where they do: some registries serve manifests
   * as plain JSON, and the cache registry refuses a Content-Type that contradicts the manifest.
   */
  public static Manifest typed(Manifest manifest) {
    String type = type(manifest, parse(manifest));
    return type.equals(manifest.mediaType())
        ? manifest
        : new Manifest(manifest.bytes(), type, manifest.digest());
  }

  /** What the manifest points to. */
  public static ManifestContent read(Manifest manifest) {
    ManifestMembers members = parse(manifest);
    if (ManifestType.isIndex(type(manifest, members))) {
      return new ManifestContent.Index(members.manifests().orElse(List.of()));
    }
    var blobs = new ArrayList<Descriptor>();
    members.config().ifPresent(blobs::add);
    blobs.addAll(members.layers().orElse(List.of()));
    return new ManifestContent.Image(blobs);
  }

  private static ManifestMembers parse(Manifest manifest) {
    try {
      return ManifestMembers.read(manifest.bytes());
    } catch (IOException e) {
      throw unsupported(manifest, "is no JSON object");
    } catch (IllegalArgumentException | InvalidReferenceException e) {
      throw unsupported(manifest, "is not what its type says: " + e.getMessage());
    }
  }

  private static String type(Manifest manifest, ManifestMembers members) {
    String said = members.mediaType();
    if (ManifestType.ACCEPT.contains(said)) {
      return said;
    }
    if (ManifestType.ACCEPT.contains(manifest.mediaType()) && !members.schema1()) {
      return manifest.mediaType();
    }
    boolean generic = said.isEmpty() && GENERIC.contains(manifest.mediaType());
    if (generic && members.manifests().isPresent()) {
      return ManifestType.OCI_INDEX;
    }
    if (generic && members.config().isPresent() && members.layers().isPresent()) {
      return ManifestType.OCI_MANIFEST;
    }
    String type = said.isEmpty() ? manifest.mediaType() : said;
    throw unsupported(manifest, type.contains("docker.distribution.manifest.v1+") || members.schema1()
        ? "is of Docker's schema 1, which container runtimes no longer run: push the image again with a current tool"
        : "is of the unknown type \"" + type + "\"");
  }

  private static CopyFailure unsupported(Manifest manifest, String why) {
    return new CopyFailure(CopyOutcome.UNSUPPORTED, "The manifest " + manifest.digest() + " " + why);
  }
}
