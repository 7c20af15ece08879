package io.kuik.cacheworker;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.ImageStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Images of each shape that registries hold, small, and the same bytes at every run. */
final class SampleImage {
  static final String REPOSITORY = "library/sample";

  private final ImageStore store;
  private final String repository;
  /** Every manifest that was put, by digest. */
  final Map<Digest, String> manifests = new LinkedHashMap<>();
  final List<Digest> blobs = new ArrayList<>();

  SampleImage(ImageStore store) {
    this(store, REPOSITORY);
  }

  SampleImage(ImageStore store, String repository) {
    this.store = store;
    this.repository = repository;
  }

  static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  String descriptor(String type, byte[] bytes) {
    return descriptor(type, bytes, "");
  }

  /** A stored blob's descriptor with more members. */
  String descriptor(String type, byte[] bytes, String more) {
    Digest digest = store.blob(repository, bytes);
    blobs.add(digest);
    return "{\"mediaType\": \"" + type + "\", \"digest\": \"" + digest + "\", \"size\": " + bytes.length
        + more + "}";
  }

  Digest put(String tag, String json, String type) {
    Digest digest = store.manifest(repository, tag, json, type);
    manifests.put(digest, json);
    return digest;
  }

  /** An OCI image, indented and annotated with more than ASCII, as some tools write them. */
  Digest oci(String tag, long seed, int... layers) {
    var list = new ArrayList<String>();
    for (int i = 0; i < layers.length; i++) {
      list.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", bytes(seed * 100 + i, layers[i])));
    }
    String config = descriptor("application/vnd.oci.image.config.v1+json",
        ("{\"os\":\"linux\",\"seed\":" + seed + "}").getBytes(StandardCharsets.UTF_8));
    return put(tag,
        "{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"" + ManifestType.OCI_MANIFEST
            + "\",\n   \"config\": "
            + config + ",\n   \"layers\": [" + String.join(",\n", list)
            + "],\n   \"annotations\": {\"title\": \"Übergröße 漢字 \\u00e9 🐳\", \"data\": \"a/b\"}\n}\n",
        ManifestType.OCI_MANIFEST);
  }

  /** A Docker schema 2 image. */
  Digest docker(String tag, long seed) {
    String layer = descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", bytes(seed, 5000));
    String config = descriptor("application/vnd.docker.container.image.v1+json",
        "{\"architecture\":\"amd64\"}".getBytes(StandardCharsets.UTF_8));
    return put(tag, "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.DOCKER_MANIFEST + "\",\"config\":"
        + config + ",\"layers\":[" + layer + "]}", ManifestType.DOCKER_MANIFEST);
  }

  /** What buildkit attaches to an image. */
  Digest attestation(String tag, long seed) {
    String layer = descriptor("application/vnd.in-toto+json", bytes(seed, 300));
    String config = descriptor("application/vnd.oci.image.config.v1+json",
        ("{\"architecture\":\"unknown\",\"seed\":" + seed + "}").getBytes(StandardCharsets.UTF_8));
    return put(tag,
        "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_MANIFEST + "\",\"config\":" + config
            + ",\"layers\":[" + layer + "]}",
        ManifestType.OCI_MANIFEST);
  }

  /** An entry of an index. */
  String entry(Digest manifest, String os, String architecture) {
    return entry(manifest, os, architecture, "");
  }

  /** The entry of an attestation. */
  String entry(Digest manifest, Digest subject) {
    return entry(manifest, "unknown", "unknown",
        ", \"annotations\": {\"vnd.docker.reference.digest\": \"" + subject
            + "\", \"vnd.docker.reference.type\": \"attestation-manifest\"}");
  }

  private String entry(Digest manifest, String os, String architecture, String more) {
    return child(ManifestType.OCI_MANIFEST, manifest,
        ", \"platform\": {\"os\": \"" + os + "\", \"architecture\": \"" + architecture + "\"}" + more);
  }

  /** An entry of any type, with more members than it must have. */
  String child(String type, Digest manifest, String more) {
    int size = manifests.getOrDefault(manifest, "").getBytes(StandardCharsets.UTF_8).length;
    return "{\"mediaType\": \"" + type + "\", \"digest\": \"" + manifest + "\", \"size\": " + size + more
        + "}";
  }

  /** An index of these entries. */
  Digest index(String tag, String... entries) {
    return put(tag,
        "{\n \"schemaVersion\": 2,\n \"mediaType\": \"" + ManifestType.OCI_INDEX + "\",\n \"manifests\": [\n"
            + String.join(",\n", entries) + "\n ]\n}",
        ManifestType.OCI_INDEX);
  }

  /** A manifest and all manifests and blobs that its text leads to; subjects are not followed. */
  List<Digest> reachable(Digest manifest) {
    var found = new ArrayList<>(List.of(manifest));
    String json = manifests.get(manifest).replaceAll("\"subject\":\\{[^}]*}", "");
    manifests.keySet().stream().filter(d -> json.contains("\"digest\": \"" + d + "\""))
        .forEach(d -> found.addAll(reachable(d)));
    blobs.stream().distinct().filter(d -> json.contains("\"" + d + "\"")).forEach(found::add);
    return found;
  }
}
