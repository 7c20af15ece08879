package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signatures, attestations and SBOMs that refer to an image come along where they are wanted. */
class ReferrersIT extends CopyBed {
  private Digest child = Digest.sha256(new byte[0]);
  private Digest index = child;

  @BeforeEach
  void image() {
    child = sample.oci("child", 1, 100);
    index = sample.index("v1", sample.entry(child, "linux", "amd64"));
  }

  private WorkerRun copy(String... more) throws IOException {
    return WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":v1", more);
  }

  private static String tag(Digest subject) {
    return "sha256-" + subject.hex();
  }

  private String stored(Object version) {
    return cache.manifest(WorkerRun.CACHE_PATH, version);
  }

  private void assertStored(Object version, Digest manifest) {
    assertEquals("200 " + sample.manifests.get(manifest), stored(version));
  }

  @Test
  void areLeftAtTheirRegistryUnlessWanted() throws IOException {
    sample.oci(tag(index) + ".sig", 2, 100);
    assertEquals(CopyOutcome.COPIED, copy().outcome());
    assertTrue(stored(tag(index) + ".sig").startsWith("404 "));
    assertTrue(upstream.requests().stream().noneMatch(r -> r.contains("sha256-") || r.contains("referrers")));
  }

  @Test
  void areFoundUnderTheTagsOfCosign() throws IOException {
    Digest signature = sample.oci(tag(index) + ".sig", 2, 100);
    Digest proof = sample.oci(tag(child) + ".att", 3, 100);
    Digest list = sample.oci(tag(child) + ".sbom", 4, 100);
    assertEquals(CopyOutcome.COPIED, copy("--referrers").outcome());
    assertStored(tag(index) + ".sig", signature);
    assertStored(tag(child) + ".att", proof);
    assertStored(tag(child) + ".sbom", list);
  }

  @Test
  void areFoundUnderTheTagThatStandsInForTheApi() throws IOException {
    Digest sbom = sample.oci("sbom", 2, 100);
    Digest signature = sample.oci("signature", 3, 100);
    Digest ofIndex = sample.index(tag(index), sample.child(ManifestType.OCI_MANIFEST, sbom, ""));
    Digest ofSbom = sample.index(tag(sbom), sample.child(ManifestType.OCI_MANIFEST, signature, ""));
    assertEquals(CopyOutcome.COPIED, copy("--referrers=true").outcome());
    assertStored(tag(index), ofIndex);
    assertStored(tag(sbom), ofSbom);
    assertStored(sbom, sbom);
    assertStored(signature, signature);
  }

  @Test
  void areFoundByTheApi() throws IOException {
    Digest sbom = sample.oci("sbom", 2, 100);
    String list = "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_INDEX + "\",\"manifests\":["
        + sample.child(ManifestType.OCI_MANIFEST, sbom, ",\"artifactType\":\"application/spdx+json\"") + "]}";
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().endsWith("/referrers/" + index);
      if (hit) {
        FakeRegistry.answer(x, 200, ManifestType.OCI_INDEX, list.getBytes(StandardCharsets.UTF_8));
      }
      return hit;
    });
    assertEquals(CopyOutcome.COPIED, copy("--referrers").outcome());
    assertEquals("200 " + list, stored(tag(index)));
    assertStored(sbom, sbom);
    assertEquals(CopyOutcome.ALREADY_CACHED, copy("--referrers").outcome());
  }

  @Test
  void areNoReasonToCallTheImageNotCopied() throws IOException {
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().contains("sha256-");
      if (hit) {
        FakeRegistry.error(x, 429, "TOOMANYREQUESTS", "enough");
      }
      return hit;
    });
    WorkerRun run = copy("--referrers");
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    assertStored("v1", index);
  }

  @Test
  void areBoundedInNumber() throws IOException {
    String[] entries = new String[60];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = sample.child(ManifestType.OCI_MANIFEST, sample.oci("r" + i, 100 + i, 10), "");
    }
    sample.index(tag(index), entries);
    assertEquals(CopyOutcome.COPIED, copy("--referrers").outcome());
    List<Digest> referrers = sample.manifests.keySet().stream()
        .filter(d -> !List.of(index, child).contains(d)).toList();
    assertEquals(50, referrers.stream().filter(d -> stored(d).startsWith("200 ")).count() - 1,
        "the list itself is one more");
  }
}
