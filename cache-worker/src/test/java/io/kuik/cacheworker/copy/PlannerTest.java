package io.kuik.cacheworker.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which manifests and blobs belong to a copy. */
class PlannerTest {
  private final Map<Digest, Manifest> registry = new HashMap<>();

  private Manifest put(String json, String type) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Manifest manifest = new Manifest(bytes, type, Digest.sha256(bytes));
    registry.put(manifest.digest(), manifest);
    return manifest;
  }

  private static String blob(char fill, long size) {
    return "{\"digest\":\"sha256:" + String.valueOf(fill).repeat(64) + "\",\"size\":" + size + "}";
  }

  private Manifest image(char config, char layer) {
    return put("{\"config\":" + blob(config, 10) + ",\"layers\":[" + blob(layer, 1000) + "]}",
        ManifestType.OCI_MANIFEST);
  }

  private static String entry(Manifest manifest, String more) {
    return "{\"digest\":\"" + manifest.digest() + "\",\"size\":" + manifest.bytes().length + more + "}";
  }

  private static String on(String os, String architecture) {
    return ",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\"}";
  }

  private static String on(String os, String architecture, String variant) {
    return ",\"platform\":{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\",\"variant\":\""
        + variant + "\"}";
  }

  private static String about(Manifest subject) {
    return on("unknown", "unknown")
        + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\","
        + "\"vnd.docker.reference.digest\":\"" + subject.digest() + "\"}";
  }

  private Manifest index(String... entries) {
    return put("{\"manifests\":[" + String.join(",", entries) + "]}", ManifestType.OCI_INDEX);
  }

  private CopyPlan plan(String platforms, Manifest top) {
    return new Planner(WantedPlatforms.parse(platforms), d -> Optional.ofNullable(registry.get(d))).plan(top);
  }

  private static List<Digest> children(CopyPlan plan) {
    return plan.children().stream().map(c -> c.manifest().digest()).toList();
  }

  @Test
  void takesASingleImageWhateverItsPlatform() {
    CopyPlan plan = plan("linux/amd64", image('a', 'b'));
    assertEquals(List.of(), plan.children());
    assertEquals(2, plan.blobs().size());
    assertEquals(1010 + plan.top().bytes().length, plan.size());
  }

  @Test
  void takesTheWantedPlatformsAndTheirAttestations() {
    Manifest amd64 = image('a', 'b');
    Manifest arm64 = image('c', 'b');
    Manifest proof = image('d', 'e');
    Manifest otherProof = image('d', 'f');
    Manifest top = index(entry(proof, about(amd64)), entry(amd64, on("linux", "amd64")),
        entry(arm64, on("linux", "arm64")), entry(otherProof, about(arm64)));
    assertEquals(List.of(amd64.digest(), proof.digest()), children(plan("linux/amd64", top)));
    CopyPlan all = plan("all", top);
    assertEquals(4, all.children().size());
    assertEquals(6, all.blobs().size(), "a shared layer is one blob");
  }

  @Test
  void aBlobThatAnImageNeedsIsNotOptional() {
    Manifest amd64 = image('a', 'b');
    Manifest proof = image('a', 'c');
    CopyPlan plan = plan("all", index(entry(amd64, on("linux", "amd64")), entry(proof, about(amd64))));
    var optional = plan.blobs().values().stream().filter(CopyPlan.Blob::optional)
        .map(b -> b.descriptor().digest().hex().charAt(0)).toList();
    assertEquals(List.of('c'), optional);
  }

  @Test
  void storesNestedManifestsBeforeTheirIndex() {
    Manifest amd64 = image('a', 'b');
    Manifest inner = index(entry(amd64, on("linux", "amd64")));
    assertEquals(List.of(amd64.digest(), inner.digest()),
        children(plan("linux/amd64", index(entry(inner, "")))));
  }

  @Test
  void takesEntriesWithoutPlatform() {
    Manifest any = image('a', 'b');
    assertEquals(List.of(any.digest()), children(plan("linux/amd64", index(entry(any, "")))));
  }

  @Test
  void doesWithoutAMissingAttestation() {
    Manifest amd64 = image('a', 'b');
    Manifest proof = image('c', 'd');
    registry.remove(proof.digest());
    CopyPlan plan = plan("all", index(entry(amd64, on("linux", "amd64")), entry(proof, about(amd64))));
    assertEquals(List.of(amd64.digest()), children(plan));
    assertEquals(Set.of(proof.digest()), plan.leftOut().keySet());
  }

  @Test
  void doesWithoutAnAttestationThatTheCacheCannotHold() {
    Manifest amd64 = image('a', 'b');
    Manifest odd = put("{\"config\":{\"digest\":\"sha512:" + "a".repeat(128) + "\",\"size\":1}}",
        ManifestType.OCI_MANIFEST);
    CopyPlan plan = plan("all", index(entry(amd64, on("linux", "amd64")), entry(odd, about(amd64))));
    assertEquals(List.of(amd64.digest()), children(plan));
    assertTrue(plan.leftOut().get(odd.digest()).contains("another digest than sha256"));
  }

  @Test
  void takesWhatRunsBestOnEachPlatform() {
    Manifest v5 = image('a', '1');
    Manifest v6 = image('a', '2');
    Manifest v7 = image('a', '3');
    Manifest i386 = image('a', '4');
    Manifest top = index(entry(v5, on("linux", "arm", "v5")), entry(v6, on("linux", "arm", "v6")),
        entry(v7, on("linux", "arm", "v7")), entry(i386, on("linux", "386")));
    assertEquals(List.of(v7.digest()), children(plan("linux/arm/v7", top)));
    assertEquals(List.of(v6.digest()), children(plan("linux/arm/v6", top)));
    assertEquals(List.of(v6.digest(), v7.digest()), children(plan("linux/arm/v6,linux/arm/v7", top)));
    assertEquals(List.of(v5.digest(), v6.digest(), v7.digest()), children(plan("linux/arm", top)));
    assertEquals(List.of(v7.digest(), i386.digest()), children(plan("linux/arm64,linux/amd64", top)));
    Manifest old = index(entry(v5, on("linux", "arm", "v5")), entry(v6, on("linux", "arm", "v6")));
    assertEquals(List.of(v6.digest()), children(plan("linux/arm/v7", old)));
  }

  @Test
  void takesTheWindowsBuildOfTheNodes() {
    Manifest ltsc2019 = image('a', '1');
    Manifest ltsc2022 = image('a', '2');
    Manifest top = index(entry(ltsc2019, onWindows("10.0.17763.5329")),
        entry(ltsc2022, onWindows("10.0.20348.2227")));
    assertEquals(List.of(ltsc2022.digest()), children(plan("windows(10.0.20348)/amd64", top)));
    assertEquals(2, children(plan("windows/amd64", top)).size());
    assertEquals(2, children(plan("windows(10.0.26100)/amd64", top)).size(), "newer hosts run older builds");
  }

  private static String onWindows(String version) {
    return ",\"platform\":{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"" + version
        + "\"}";
  }

  private CopyFailure refusal(String platforms, Manifest top) {
    return assertThrows(CopyFailure.class, () -> plan(platforms, top));
  }

  @Test
  void failsWithoutAMissingPlatform() {
    Manifest amd64 = image('a', 'b');
    Manifest top = index(entry(amd64, on("linux", "amd64")));
    registry.remove(amd64.digest());
    assertEquals(CopyOutcome.NOT_FOUND, refusal("linux/amd64", top).outcome());
  }

  @Test
  void saysWhatAnIndexOffers() {
    Manifest amd64 = image('a', 'b');
    Manifest top = index(entry(amd64, on("linux", "amd64")), entry(amd64, on("windows", "amd64")));
    CopyFailure e = refusal("linux/arm64", top);
    assertEquals(CopyOutcome.UNSUPPORTED, e.outcome());
    assertTrue(e.getMessage().contains("linux/arm64; it offers linux/amd64, windows/amd64"), e.getMessage());
  }

  @Test
  void stopsAtDeepNestingAndAtManyManifests() {
    Manifest deep = index(entry(image('a', 'b'), on("linux", "amd64")));
    for (int i = 0; i < 5; i++) {
      deep = index(entry(deep, ""));
    }
    assertEquals(CopyOutcome.UNSUPPORTED, refusal("all", deep).outcome());
    String[] many = new String[501];
    for (int i = 0; i < many.length; i++) {
      many[i] = entry(put("{\"config\":" + blob('a', i) + "}", ManifestType.OCI_MANIFEST), "");
    }
    assertTrue(refusal("all", index(many)).getMessage().contains("more than 500"));
  }

  /** No registry can serve it, since a digest can't be in its own bytes; a broken one may lead there. */
  @Test
  void endsWhereAnIndexContainsItself() {
    Manifest inner = index(entry(image('a', 'b'), on("linux", "amd64")));
    Manifest top = index(entry(inner, ""));
    byte[] loop = ("{\"manifests\":[" + entry(top, "") + "]}").getBytes(StandardCharsets.UTF_8);
    registry.put(inner.digest(), new Manifest(loop, ManifestType.OCI_INDEX, inner.digest()));
    CopyFailure e = refusal("all", top);
    assertEquals(CopyOutcome.UNSUPPORTED, e.outcome());
    assertTrue(e.getMessage().contains(top.digest() + " contains itself"), e.getMessage());
  }

  @Test
  void refusesAnIndexWithoutImages() {
    CopyFailure e = refusal("all", index());
    assertEquals(CopyOutcome.UNSUPPORTED, e.outcome());
    assertTrue(e.getMessage().contains("lists no image"), e.getMessage());
  }

  @Test
  void readsPlatformLists() {
    assertTrue(WantedPlatforms.parse("all").all());
    assertTrue(WantedPlatforms.parse("linux/amd64,all").all());
    assertEquals("linux/amd64,linux/arm64", WantedPlatforms.parse("linux/amd64, linux/arm64/v8").toString());
    assertThrows(IllegalArgumentException.class, () -> WantedPlatforms.parse("linux"));
  }
}
