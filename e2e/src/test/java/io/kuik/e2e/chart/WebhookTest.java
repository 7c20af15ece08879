package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which pods reach the webhook, and how the API server finds it. */
@Tag("chart")
class WebhookTest {
  private static Manifest webhook(String... arguments) {
    return Chart.render(arguments).get("MutatingWebhookConfiguration", "zz-kube-image-keeper")
        .part("webhooks/0");
  }

  @Test
  void neverBlocksAPod() {
    Manifest webhook = webhook();
    assertEquals("Ignore", webhook.text("failurePolicy"));
    assertEquals(5, webhook.number("timeoutSeconds"));
    assertEquals("None", webhook.text("sideEffects"));
    assertEquals("IfNeeded", webhook.text("reinvocationPolicy"));
    assertEquals("Equivalent", webhook.text("matchPolicy"));
  }

  @Test
  void isAskedAboutCreatedAndUpdatedPodsOnly() {
    Manifest webhook = webhook();
    assertEquals(1, webhook.list("rules").size());
    assertEquals(List.of("CREATE", "UPDATE"), webhook.texts("rules/0/operations"));
    assertEquals(List.of("pods"), webhook.texts("rules/0/resources"));
    assertEquals("/mutate-core-v1-pod", webhook.text("clientConfig/service/path"));
    assertEquals("kube-image-keeper-webhook", webhook.text("clientConfig/service/name"));
  }

  @Test
  void podsLabelledIgnoreAreLeftAlone() {
    Manifest filter = webhook().part("objectSelector/matchExpressions/0");
    assertEquals("kube-image-keeper.enix.io/image-caching-policy", filter.text("key"));
    assertEquals("NotIn", filter.text("operator"));
    assertEquals(List.of("ignore"), filter.texts("values"));
  }

  @Test
  void theUsersMatchExpressionsAreAddedAndReachTheController() {
    String[] arguments = {
        "--set-json=controllers.webhook.objectSelector.matchExpressions=[{\"key\":\"team\",\"operator\":\"Exists\"}]"};
    List<Manifest> filters = webhook(arguments).parts("objectSelector/matchExpressions");
    assertEquals(2, filters.size());
    assertEquals("team", filters.get(1).text("key"));
    assertEquals("team",
        Chart.render(arguments).controllerConfig().text("objectSelector/matchExpressions/0/key"));
  }

  @Test
  void ourOwnAndIgnoredNamespacesAreLeftAlone() {
    String argument = "--set=controllers.webhook.ignoredNamespaces={legacy,kube-system}";
    Manifest filter = webhook(argument).part("namespaceSelector/matchExpressions/0");
    List<String> expected = List.of("kube-system", "kuik-system", "legacy");
    assertEquals("kubernetes.io/metadata.name", filter.text("key"));
    assertEquals("NotIn", filter.text("operator"));
    assertEquals(expected, filter.texts("values"));
    assertEquals(expected, Chart.render(argument).controllerConfig().texts("ignoredNamespaces"));
  }

  @Test
  void conditionsNameWhatIsLeftAlone() {
    assertEquals(
        List.of("no-mirror-pods", "no-system-critical-pods", "no-windows-pods", "no-windows-affinity",
            "no-ignored-owners", "image-changed-on-update"),
        webhook().parts("matchConditions").stream().map(c -> c.text("name")).toList());
    assertEquals(
        List.of("no-mirror-pods", "no-system-critical-pods", "no-windows-pods", "no-windows-affinity",
            "image-changed-on-update"),
        webhook("--set-json=controllers.webhook.ignoredOwners=[]").parts("matchConditions").stream()
            .map(c -> c.text("name")).toList());
  }

  @Test
  void ownersAreComparedByKindAndGroup() {
    String condition = webhook("--set=controllers.webhook.ignoredOwners={Cluster.postgresql.cnpg.io,Node}")
        .text("matchConditions/4/expression");
    assertTrue(condition.contains("o.kind == 'Cluster' && o.apiVersion.startsWith('postgresql.cnpg.io/')"));
    assertTrue(condition.contains("o.kind == 'Node' && !o.apiVersion.contains('/')"));
  }

  @Test
  void certificateIsForTheServiceAndInjected() {
    Chart chart = Chart.render();
    Manifest certificate = chart.get("Certificate", "kube-image-keeper-serving-cert");
    assertEquals("kube-image-keeper-webhook.kuik-system.svc", certificate.text("spec/dnsNames/0"));
    assertEquals("kube-image-keeper-webhook", certificate.text("spec/commonName"),
        "Java refuses an empty issuer");
    assertEquals("kube-image-keeper-webhook-server-cert", certificate.text("spec/secretName"));
    assertEquals(
        "{\"algorithm\":\"ECDSA\",\"size\":256,\"encoding\":\"PKCS8\",\"rotationPolicy\":\"Always\"}",
        certificate.at("spec/privateKey").toString());
    assertEquals("kube-image-keeper-selfsigned-issuer", certificate.text("spec/issuerRef/name"));
    assertEquals("kuik-system/kube-image-keeper-serving-cert",
        chart.get("MutatingWebhookConfiguration", "zz-kube-image-keeper")
            .text("metadata/annotations/cert-manager.io~inject-ca-from"));
  }

  @Test
  void aCertificateMayComeFromTheUsersIssuer() {
    Chart chart = Chart.render("--set=controllers.webhook.createCertificateIssuer=false",
        "--set=controllers.webhook.certificateIssuerRef.kind=ClusterIssuer",
        "--set=controllers.webhook.certificateIssuerRef.name=corporate");
    assertFalse(chart.has("Issuer"));
    Manifest issuer = chart.get("Certificate", "kube-image-keeper-serving-cert").part("spec/issuerRef");
    assertEquals("ClusterIssuer", issuer.text("kind"));
    assertEquals("corporate", issuer.text("name"));
  }
}
