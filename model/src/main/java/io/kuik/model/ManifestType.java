package io.kuik.model;

import java.util.List;

/** Media types of manifests that the product understands. */
public final class ManifestType {
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  /**
   * What to send as Accept, always all four: a registry that is not told of an index answers with one
   * platform's manifest, whose digest is another (OCI distribution spec, "Content negotiation").
   */
  public static final List<String> ACCEPT = List.of(OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST);

  private ManifestType() {
  }

  /** Whether manifests of this type list other manifests. */
  public static boolean isIndex(String mediaType) {
    return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
  }
}
