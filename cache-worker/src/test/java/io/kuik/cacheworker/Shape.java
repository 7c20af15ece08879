package io.kuik.cacheworker;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A shape of image that registries hold.
 *
 * @param put
 *          stores the image under the tag {@code v1}
 */
record Shape(String name, Function<SampleImage, Digest> put) {
  static final String TAG = "v1";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  /** What both distribution and containerd take at most is a little more. */
  private static final int LARGEST = 4 << 20;

  @Override
  public String toString() {
    return name;
  }

  /** Those that are copied. */
  static List<Shape> copied() {
    return List.of(new Shape("oci-pretty-non-ascii", i -> i.oci(TAG, 1, 3000, 70_000)),
        new Shape("docker-schema-2", i -> i.docker(TAG, 2)),
        new Shape("docker-list", Shape::dockerList),
        new Shape("oci-index", i -> i.index(TAG, i.entry(i.oci("a", 3, 900), "linux", "amd64"),
            i.entry(i.oci("b", 4, 900), "linux", "arm64"))),
        new Shape("oci-index-of-docker",
            i -> i.index(TAG, i.child(ManifestType.DOCKER_MANIFEST, i.docker("a", 5),
                ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"))),
        new Shape("index-in-index", Shape::nested),
        new Shape("entries-without-platform",
            i -> i.index(TAG, i.child(ManifestType.OCI_MANIFEST, i.oci("a", 6, 900), ""))),
        new Shape("attestation", Shape::attested), new Shape("artifact", Shape::artifact),
        new Shape("without-media-type", i -> i.put(TAG,
            "{\"schemaVersion\":2,\"config\":" + config(i) + ",\"layers\":[" + layer(i, "", 7) + "]}",
            ManifestType.OCI_MANIFEST)),
        new Shape("zstd", i -> image(i, "", layer(i, "+zstd", 8))),
        new Shape("estargz", i -> image(i, "",
            i.descriptor(LAYER + "+gzip", SampleImage.bytes(9, 900),
                ",\"annotations\":{\"containerd.io/snapshot/stargz/toc.digest\":\"sha256:aa\"}"))),
        new Shape("encrypted-layer", i -> image(i, "", layer(i, "+gzip+encrypted", 10))),
        new Shape("unknown-layer-type",
            i -> image(i, "", i.descriptor("application/vnd.acme.thing", SampleImage.bytes(11, 900)))),
        new Shape("layers-127", Shape::manyLayers),
        new Shape("zero-length-and-duplicate-layers", Shape::duplicates),
        new Shape("manifest-of-4-mib", Shape::largest),
        new Shape("crlf-and-spaces",
            i -> i.put(TAG,
                "\r\n{ \"layers\" : [ " + layer(i, "", 12) + " ] ,\r\n\t\"config\" : " + config(i)
                    + " , \"mediaType\" : \"" + ManifestType.OCI_MANIFEST
                    + "\" , \"schemaVersion\" : 2 }\r\n \t\n",
                ManifestType.OCI_MANIFEST)));
  }

  static String config(SampleImage i) {
    return i.descriptor(CONFIG, "{\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8));
  }

  static String layer(SampleImage i, String compression, long seed) {
    return i.descriptor(LAYER + compression, SampleImage.bytes(seed, 900));
  }

  static Digest image(SampleImage i, String more, String... layers) {
    return i.put(TAG,
        "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_MANIFEST + "\",\"config\":" + config(i)
            + ",\"layers\":[" + String.join(",", layers) + "]" + more + "}",
        ManifestType.OCI_MANIFEST);
  }

  private static Digest dockerList(SampleImage i) {
    String amd64 = i.child(ManifestType.DOCKER_MANIFEST, i.docker("a", 20),
        ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}");
    String windows = i.child(ManifestType.DOCKER_MANIFEST, i.docker("b", 21),
        ",\"platform\":{\"architecture\":\"amd64\",\"os\":\"windows\",\"os.version\":\"10.0.20348.2227\"}");
    return i.put(TAG, "{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"" + ManifestType.DOCKER_LIST
        + "\",\n   \"manifests\": [" + amd64 + "," + windows + "]\n}", ManifestType.DOCKER_LIST);
  }

  private static Digest nested(SampleImage i) {
    Digest inner = i.index("inner", i.entry(i.oci("a", 22, 900), "linux", "amd64"));
    return i.index(TAG, i.child(ManifestType.OCI_INDEX, inner, ""),
        i.entry(i.oci("b", 23, 900), "linux", "arm64"));
  }

  private static Digest attested(SampleImage i) {
    Digest amd64 = i.oci("a", 24, 900);
    return i.index(TAG, i.entry(amd64, "linux", "amd64"), i.entry(i.attestation("proof", 25), amd64));
  }

  /** What ORAS and cosign push: an empty configuration, inline data, a subject. */
  private static Digest artifact(SampleImage i) {
    String empty = i.descriptor("application/vnd.oci.empty.v1+json", "{}".getBytes(StandardCharsets.UTF_8),
        ",\"data\":\"e30=\"");
    Digest subject = i.oci("subject", 26, 900);
    return i.put(TAG,
        "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_MANIFEST
            + "\",\"artifactType\":\"application/vnd.acme.sbom\",\"config\":" + empty + ",\"layers\":["
            + i.descriptor("text/spdx", SampleImage.bytes(27, 300)) + "],\"subject\":"
            + i.child(ManifestType.OCI_MANIFEST, subject, "") + "}",
        ManifestType.OCI_MANIFEST);
  }

  private static Digest manyLayers(SampleImage i) {
    var layers = new ArrayList<String>();
    for (int n = 0; n < 127; n++) {
      layers.add(i.descriptor(LAYER + "+gzip", SampleImage.bytes(1000 + n, 40)));
    }
    return image(i, "", layers.toArray(String[]::new));
  }

  private static Digest duplicates(SampleImage i) {
    String nothing = i.descriptor(LAYER, new byte[0]);
    String twice = layer(i, "+gzip", 28);
    return image(i, "", nothing, twice, nothing, twice);
  }

  private static Digest largest(SampleImage i) {
    String layer = layer(i, "", 29);
    String config = config(i);
    int rest = LARGEST - padded(config, layer, "").length();
    return i.put(TAG, padded(config, layer, "x".repeat(rest)), ManifestType.OCI_MANIFEST);
  }

  private static String padded(String config, String layer, String padding) {
    return "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_MANIFEST + "\",\"config\":" + config
        + ",\"layers\":[" + layer + "],\"annotations\":{\"size\":\"" + padding + "\"}}";
  }
}
