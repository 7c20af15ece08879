package io.kuik.cacheworker.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.model.Platform;
import io.kuik.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from manifests, well-formed and other. */
class ManifestReaderTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  private static Manifest manifest(String json, String type) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new Manifest(bytes, type, Digest.sha256(bytes));
  }

  private static Descriptor onlyEntry(String entry) {
    String json = "{\"schemaVersion\":2,\"manifests\":[" + entry + "]}";
    ManifestContent content = ManifestReader.read(manifest(json, ManifestType.OCI_INDEX));
    return assertInstanceOf(ManifestContent.Index.class, content).manifests().getFirst();
  }

  @Test
  void readsAnEntryOfAnIndex() {
    Descriptor entry = onlyEntry("{\"digest\":\"" + DIGEST
        + "\",\"size\":7,\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}}");
    assertEquals(Optional.of(Platform.parse("linux/arm/v7")), entry.platform());
    assertEquals(Digest.parse(DIGEST), entry.digest());
    assertEquals(7, entry.size());
    assertFalse(entry.attestation());
  }

  @Test
  void knowsAnAttestation() {
    Descriptor entry = onlyEntry("{\"digest\":\"" + DIGEST
        + "\",\"size\":7,\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},\"annotations\":{\"vnd.docker.reference.digest\":\""
        + DIGEST + "\",\"vnd.docker.reference.type\":\"attestation-manifest\"}}");
    assertTrue(entry.attestation());
    assertEquals(Optional.of(Digest.parse(DIGEST)), entry.subject());
  }

  @Test
  void readsConfigurationAndLayers() {
    String one = "{\"digest\":\"" + DIGEST + "\",\"size\":1}";
    String foreign = "{\"digest\":\"" + DIGEST + "\",\"size\":2,\"urls\":[\"https://example.com\"]}";
    ManifestContent content = ManifestReader
        .read(manifest("{\"config\":" + one + ",\"layers\":[" + one + "," + foreign + "]}",
            ManifestType.DOCKER_MANIFEST));
    var image = assertInstanceOf(ManifestContent.Image.class, content);
    assertEquals(3, image.blobs().size());
    assertFalse(image.blobs().get(1).elsewhere());
    assertTrue(image.blobs().get(2).elsewhere());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{\"manifests\":[]} | application/json | application/vnd.oci.image.index.v1+json",
      "{\"config\":{\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":2},\"layers\":[]} | '' | application/vnd.oci.image.manifest.v1+json",
      "{\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\"} | text/plain | application/vnd.docker.distribution.manifest.v2+json",
      "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\"} | application/vnd.docker.distribution.manifest.list.v2+json | application/vnd.oci.image.index.v1+json"})
  void believesTheManifestRatherThanItsServer(String json, String served, String type) {
    Manifest manifest = manifest(json, served);
    assertEquals(type, ManifestReader.typed(manifest).mediaType());
    assertSame(manifest.bytes(), ManifestReader.typed(manifest).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "nonsense", "{\"schemaVersion\":1,\"fsLayers\":[]}",
      "{\"mediaType\":\"application/vnd.example\"}", "{\"mediaType\":7}", "{} {}", "{\"a\":"})
  void refusesWhatItDoesNotKnow(String json) {
    var e = assertThrows(CopyFailure.class,
        () -> ManifestReader.typed(manifest(json, "application/vnd.docker.distribution.manifest.v1+json")));
    assertEquals(CopyOutcome.UNSUPPORTED, e.outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"layers\":3}", "{\"layers\":[3]}", "{\"layers\":[{}]}", "{\"config\":[]}",
      "{\"layers\":[{\"digest\":\"sha256:no\",\"size\":1}]}", "{\"layers\":[{\"digest\":[],\"size\":1}]}",
      "{\"layers\":[{\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":-1}]}",
      "{\"layers\":[{\"digest\":\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":\"x\"}]}"})
  void refusesMalformedParts(String json) {
    var e = assertThrows(CopyFailure.class,
        () -> ManifestReader.read(manifest(json, ManifestType.OCI_MANIFEST)));
    assertEquals(CopyOutcome.UNSUPPORTED, e.outcome());
  }
}
