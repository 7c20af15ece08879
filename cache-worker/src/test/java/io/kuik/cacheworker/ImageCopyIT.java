package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import io.kuik.registry.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images of every shape, copied into the real registry: all bytes and digests must stay what they were. */
class ImageCopyIT extends CopyBed {
  private WorkerRun copy(String version, String... more) throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), version, more);
  }

  private void assertStored(Digest manifest) {
    assertEquals("200 " + sample.manifests.get(manifest), cache.manifest(WorkerRun.CACHE_PATH, manifest));
  }

  private void assertAbsent(Digest manifest) {
    assertTrue(cache.manifest(WorkerRun.CACHE_PATH, manifest).startsWith("404 "), manifest.toString());
  }

  private void assertTagged(String tag, Digest digest) {
    assertEquals(Optional.of(digest.toString()),
        cache.get("/v2/" + WorkerRun.CACHE_PATH + "/manifests/" + tag).digest());
  }

  @Test
  void copiesAnOciImageByteForByte() throws IOException {
    Digest digest = sample.oci("v1", 1, 3_000_000, 70_000, 0);
    WorkerRun run = copy(":v1", "--platforms=linux/s390x");
    assertEquals(CopyOutcome.COPIED, run.outcome(), "a single image is copied whatever its platform is");
    assertEquals(0, run.exitCode());
    assertStored(digest);
    assertTagged("v1", digest);
    assertEquals(digest.toString(), run.report().digest());
    assertEquals(WorkerRun.CACHE_PATH + ":v1", run.report().location());
    assertTrue(run.report().movedBytes() > 3_070_000 && run.report().size() > run.report().movedBytes());
    byte[] layer = cache.get("/v2/" + WorkerRun.CACHE_PATH + "/blobs/" + sample.blobs.getFirst()).body();
    assertArrayEquals(SampleImage.bytes(100, 3_000_000), layer);
  }

  @Test
  void copiesADockerImage() throws IOException {
    Digest digest = sample.docker("v2", 7);
    assertEquals(CopyOutcome.COPIED, copy(":v2").outcome());
    assertStored(digest);
    assertTagged("v2", digest);
  }

  @Test
  void keepsAnIndexWholeAndStoresOnlyTheWantedPlatforms() throws IOException {
    Digest amd64 = sample.oci("amd64", 1, 5000);
    Digest arm64 = sample.oci("arm64", 2, 6000);
    Digest windows = sample.oci("windows", 3, 7000);
    Digest proof = sample.attestation("proof", 4);
    Digest otherProof = sample.attestation("other-proof", 5);
    Digest index = sample.index("v3", sample.entry(amd64, "linux", "amd64"),
        sample.entry(arm64, "linux", "arm64"), sample.entry(windows, "windows", "amd64"),
        sample.entry(proof, amd64), sample.entry(otherProof, windows));
    assertEquals(CopyOutcome.COPIED, copy(":v3", "--platforms=linux/amd64,linux/arm64").outcome());
    assertTagged("v3", index);
    List.of(index, amd64, arm64, proof).forEach(this::assertStored);
    List.of(windows, otherProof).forEach(this::assertAbsent);
  }

  @Test
  void copiesEveryPlatformWhenAllAreWanted() throws IOException {
    Digest amd64 = sample.oci("amd64", 1, 5000);
    Digest windows = sample.docker("windows", 3);
    Digest inner = sample.index("inner", sample.entry(windows, "windows", "amd64"));
    Digest index = sample.index("v4", sample.entry(amd64, "linux", "amd64"),
        "{\"mediaType\":\"" + ManifestType.OCI_INDEX + "\",\"digest\":\"" + inner + "\",\"size\":"
            + sample.manifests.get(inner).length() + "}");
    assertEquals(CopyOutcome.COPIED, copy(":v4", "--platforms=all").outcome());
    assertTagged("v4", index);
    List.of(index, amd64, windows, inner).forEach(this::assertStored);
  }

  @Test
  void takesAnAttestationThatIsGoneForNoFailure() throws IOException {
    Digest amd64 = sample.oci("amd64", 1, 5000);
    Digest gone = Digest.sha256(new byte[]{1});
    Digest proof = sample.attestation("proof", 4);
    Digest lost = sample.blobs.get(sample.blobs.size() - 2);
    Digest index = sample.index("v5", sample.entry(amd64, "linux", "amd64"), sample.entry(gone, amd64),
        sample.entry(proof, amd64));
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().endsWith(lost.toString());
      if (hit) {
        FakeRegistry.error(x, 404, "BLOB_UNKNOWN", "gone");
      }
      return hit;
    });
    assertEquals(CopyOutcome.COPIED, copy(":v5").outcome());
    assertTagged("v5", index);
    assertStored(amd64);
    assertAbsent(proof);
  }

  @Test
  void offersWhatThereIsWhenNoPlatformFits() throws IOException {
    Digest amd64 = sample.oci("amd64", 1, 5000);
    sample.index("v6", sample.entry(amd64, "linux", "amd64"), sample.entry(amd64, "linux", "ppc64le"));
    WorkerRun run = copy(":v6", "--platforms=linux/riscv64");
    assertEquals(CopyOutcome.UNSUPPORTED, run.outcome());
    assertTrue(run.report().message().contains("offers linux/amd64, linux/ppc64le"), run.report().message());
  }

  @Test
  void tagsAnImageThatIsNamedByDigest() throws IOException {
    Digest digest = sample.oci("v1", 1, 5000);
    assertEquals(CopyOutcome.COPIED, copy("@" + digest).outcome());
    assertTagged("kuik.sha256-" + digest.hex(), digest);
    assertStored(digest);
  }

  @Test
  void movesNothingThatIsThere() throws IOException {
    Digest amd64 = sample.oci("amd64", 1, 5000);
    Digest index = sample.index("v7", sample.entry(amd64, "linux", "amd64"));
    copy(":v7");
    int before = upstream.requests().size();
    WorkerRun again = copy(":v7");
    assertEquals(CopyOutcome.ALREADY_CACHED, again.outcome());
    assertEquals(0, again.report().movedBytes());
    assertEquals(index.toString(), again.report().digest());
    List<String> asked = upstream.requests().subList(before, upstream.requests().size());
    assertEquals(List.of("HEAD /v2/library/sample/manifests/v7"), asked, "nothing that a registry counts");
  }

  @Test
  void movesATagToTheNewImageAndOnlyTheNewLayers() throws IOException {
    Digest old = sample.oci("latest", 1, 5000, 6000);
    copy(":latest");
    Digest fresh = sample.oci("latest", 1, 5000, 6000, 8000);
    WorkerRun run = copy(":latest");
    assertEquals(CopyOutcome.COPIED, run.outcome());
    assertTagged("latest", fresh);
    assertEquals(8000, run.report().movedBytes());
    assertStored(old);
  }

  @Test
  void refusesForeignLayers() throws IOException {
    String digest = Digest.sha256(new byte[]{9}).toString();
    upstream.putManifest(SampleImage.REPOSITORY, "win",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"" + digest
            + "\",\"size\":1},\"layers\":[{\"digest\":\"" + digest
            + "\",\"size\":1,\"urls\":[\"https://example.com/layer\"]}]}",
        ManifestType.DOCKER_MANIFEST);
    assertEquals(CopyOutcome.UNSUPPORTED, copy(":win").outcome());
  }

  @Test
  void copiesFromOneRealRegistryToTheOtherWithPasswords() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path login = Files.createDirectory(folder.resolve("login"));
    Files.writeString(login.resolve("username"), RealRegistry.USER);
    Files.writeString(login.resolve("password"), RealRegistry.PASSWORD + "\n");
    Path source = Files.writeString(folder.resolve("config.json"), "{\"auths\":{\"" + WorkerRun.HOST
        + "\":{\"username\":\"" + RealRegistry.USER + "\",\"password\":\"" + RealRegistry.PASSWORD + "\"}}}");
    try (RealRegistry both = new RealRegistry(RegistrySetup.in(other).password())) {
      var image = new SampleImage(both);
      Digest amd64 = image.oci("amd64", 1, 2_000_000, 70_000);
      Digest index = image.index("v8", image.entry(amd64, "linux", "amd64"));
      WorkerRun denied = WorkerRun.copy(folder, both.uri(), both.uri(), ":v8",
          "--cache-credentials=" + login);
      assertEquals(CopyOutcome.UNAUTHORIZED, denied.outcome());
      WorkerRun run = WorkerRun.copy(folder, both.uri(), both.uri(), ":v8", "--cache-credentials=" + login,
          "--source-credentials=" + source, "--platforms=linux/amd64");
      assertEquals(CopyOutcome.COPIED, run.outcome());
      String place = "private/" + WorkerRun.CACHE_PATH;
      assertEquals(place + ":v8", run.report().location());
      assertEquals("200 " + image.manifests.get(index), both.manifest(place, "v8"));
      assertEquals("200 " + image.manifests.get(amd64), both.manifest(place, amd64));
      assertFalse(both.manifest(WorkerRun.CACHE_PATH, "v8").startsWith("200 "), "not where everybody reads");
    }
  }

  @Test
  void copiesIntoARegistryOfTheUsersOwnCertificateAuthority()
      throws IOException, InterruptedException, GeneralSecurityException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path authorities = Files.createDirectory(folder.resolve("ca"));
    sample.oci("v9", 1, 2_000_000);
    SelfSigned certificate = SelfSigned.create(other, "ip:127.0.0.1");
    try (RealRegistry secure = new RealRegistry(RegistrySetup.in(other).tls(Optional.of(certificate)))) {
      URI source = upstream.endpoint().base();
      WorkerRun stranger = WorkerRun.copy(folder, source, secure.uri(), ":v9",
          "--certificate-authorities=" + authorities);
      assertEquals(CopyOutcome.CACHE_UNAVAILABLE, stranger.outcome());
      assertTrue(stranger.report().message().contains("certif"), stranger.report().message());
      Files.copy(certificate.certificate(), authorities.resolve("ca.crt"));
      WorkerRun trusted = WorkerRun.copy(folder, source, secure.uri(), ":v9",
          "--certificate-authorities=" + authorities);
      assertEquals(CopyOutcome.COPIED, trusted.outcome(), trusted.report().message());
    }
  }
}
