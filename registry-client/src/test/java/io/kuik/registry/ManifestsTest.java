package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Manifests as they are, and what is no manifest. */
class ManifestsTest extends RegistryBed {
  @Test
  void readsManifestsAsTheyAre() {
    Manifest manifest = client.manifest(get("v1"), Optional.empty());
    assertArrayEquals(MANIFEST.getBytes(StandardCharsets.UTF_8),
        manifest.bytes());
    assertEquals(digest, manifest.digest());
    assertEquals(ManifestType.OCI_MANIFEST, manifest.mediaType());
    assertEquals(Optional.of(digest),
        client.head(head()).digest());
  }

  @Test
  void asksForAllFourManifestTypes() {
    var accepted = new CopyOnWriteArrayList<String>();
    registry.fault(x -> {
      accepted.addAll(x.getRequestHeaders().get("Accept"));
      return false;
    });
    client.manifest(get("v1"), Optional.empty());
    assertTrue(accepted.containsAll(ManifestType.ACCEPT), accepted.toString());
  }

  @Test
  void refusesBytesOfAnotherDigest() {
    Digest other = Digest.sha256(new byte[0]);
    var e = assertThrows(RegistryException.Corrupt.class,
        () -> client.manifest(get("v1"), Optional.of(other)));
    assertTrue(e.getMessage().contains(other.toString()), e.getMessage());
  }

  @Test
  void stopsAtTheManifestLimit() {
    registry.putManifest("a/b", "big", " ".repeat(RegistryClient.MANIFEST_LIMIT + 1));
    assertThrows(RegistryException.Unsupported.class, () -> client.manifest(get("big"), Optional.empty()));
  }

  @Test
  void refusesBytesThatAreNotThoseOfTheHeader() {
    registry.fault(x -> {
      x.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
      FakeRegistry.answer(x, 200, ManifestType.OCI_MANIFEST, "{}".getBytes(StandardCharsets.UTF_8));
      return true;
    });
    assertThrows(RegistryException.Corrupt.class, () -> client.manifest(get("v1"), Optional.empty()));
  }

  @Test
  void computesADigestThatTheRegistryForgets() {
    registry.fault(x -> {
      byte[] body = MANIFEST.getBytes(StandardCharsets.UTF_8);
      x.getResponseHeaders().set("Content-Type", ManifestType.OCI_MANIFEST);
      boolean head = x.getRequestMethod().equals("HEAD");
      x.sendResponseHeaders(200, head ? -1 : 0);
      if (!head) {
        x.getResponseBody().write(body);
      }
      return true;
    });
    ManifestHead head = client.head(head());
    assertEquals(new ManifestHead(Optional.empty(), ManifestType.OCI_MANIFEST, -1), head);
    assertEquals(digest, client.manifest(get("v1"), Optional.empty()).digest());
  }
}
