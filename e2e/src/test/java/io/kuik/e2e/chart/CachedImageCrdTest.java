package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The CachedImage CRD: names, columns, and a sentence for every field. */
@Tag("chart")
class CachedImageCrdTest {
  private static final Manifest CRD = Chart.render().get("CustomResourceDefinition",
      "cachedimages.kuik.enix.io");
  private static final String SCHEMA = "spec/versions/0/schema/openAPIV3Schema";

  @Test
  void isKeptWhenTheReleaseIsUninstalled() {
    assertEquals("keep", CRD.text("metadata/annotations/helm.sh~resource-policy"));
  }

  @Test
  void isClusterScopedWithAShortNameAndACategory() {
    assertEquals("Cluster", CRD.text("spec/scope"));
    assertEquals(List.of("ci"), CRD.texts("spec/names/shortNames"));
    assertEquals(List.of("kuik"), CRD.texts("spec/names/categories"));
    assertEquals("v1alpha1", CRD.text("spec/versions/0/name"));
    assertEquals("{}", CRD.at("spec/versions/0/subresources/status").toString());
  }

  @Test
  void columnsAnswerWhetherAndWhy() {
    assertEquals(
        List.of("Cached", "Reason", "Used", "Size", "Expires", "Age", "Source", "Message", "Digest",
            "Upstream"),
        CRD.parts("spec/versions/0/additionalPrinterColumns").stream().map(c -> c.text("name")).toList());
    List<String> wide = CRD.parts("spec/versions/0/additionalPrinterColumns").stream()
        .filter(c -> c.has("priority")).map(c -> c.text("name")).toList();
    assertEquals(List.of("Source", "Message", "Digest", "Upstream"), wide);
  }

  @Test
  void hasTheseFields() {
    assertEquals(Set.of("sourceImage", "retain", "pullSecretNames", "pullSecretsNamespace"),
        CRD.part(SCHEMA + "/properties/spec/properties").json().keySet());
    assertEquals(List.of("sourceImage"), CRD.texts(SCHEMA + "/properties/spec/required"));
    assertEquals(
        Set.of("isCached", "access", "digest", "size", "location", "registryIncarnation", "platforms",
            "usedBy",
            "attempts", "nextAttemptTime", "lastJobUID", "jobSecret", "pullSecrets", "lastCopyTime",
            "lastUsedTime", "expiresAt", "upstreamDigest", "lastRefreshTime", "lastHandledRefresh",
            "observedGeneration",
            "conditions"),
        CRD.part(SCHEMA + "/properties/status/properties").json().keySet());
  }

  @Test
  void everyFieldIsDescribedInSentences() {
    assertDescribed("", CRD.part(SCHEMA));
  }

  private static void assertDescribed(String path, Manifest schema) {
    if (!path.equals("/metadata")) {
      assertTrue(schema.has("description") && schema.text("description").endsWith("."),
          "no sentence describes " + path);
    }
    if (schema.has("items")) {
      assertDescribed(path + "[]", schema.part("items"));
    }
    if (schema.has("properties")) {
      for (Map.Entry<String, JsonElement> property : schema.part("properties").json().entrySet()) {
        assertDescribed(path + "/" + property.getKey(), new Manifest(property.getValue().getAsJsonObject()));
      }
    }
  }
}
