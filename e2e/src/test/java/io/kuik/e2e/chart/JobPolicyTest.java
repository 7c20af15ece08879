package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policy that limits the controllers' Jobs: it must stop others, and never one of their own. */
@Tag("chart")
class JobPolicyTest {
  private static final String NAME = "controllers-jobs";

  private static Manifest policy(Chart chart) {
    return chart.manifests().stream()
        .filter(m -> m.kind().equals("ValidatingAdmissionPolicy") && m.name().endsWith(NAME)).findFirst()
        .orElseThrow();
  }

  private static String validation(Manifest policy, int index) {
    return policy.text("spec/validations/" + index + "/expression");
  }

  /** The only list of texts in an expression. */
  private static List<String> texts(String expression, String before, String after) {
    Matcher list = Pattern.compile(Pattern.quote(before) + "(\\[.*?\\])" + Pattern.quote(after))
        .matcher(expression);
    assertTrue(list.find(), expression);
    return JsonParser.parseString(list.group(1)).getAsJsonArray().asList().stream()
        .map(e -> e.getAsString()).toList();
  }

  private static List<Manifest> containers(Manifest pod) {
    return Stream.concat(pod.parts("initContainers").stream(), pod.parts("containers").stream()).toList();
  }

  @Test
  void isForJobsThatTheControllersCreate() {
    Chart chart = Chart.render("--set=serviceAccount.name=keeper");
    Manifest policy = policy(chart);
    assertEquals("Fail", policy.text("spec/failurePolicy"));
    assertEquals("request.userInfo.username == 'system:serviceaccount:kuik-system:keeper'",
        policy.text("spec/matchConditions/0/expression"));
    assertEquals("[{\"apiGroups\":[\"batch\"],\"apiVersions\":[\"*\"],\"operations\":[\"CREATE\"],"
        + "\"resources\":[\"jobs\"]}]", policy.at("spec/matchConstraints/resourceRules").toString());
    Manifest binding = chart.get("ValidatingAdmissionPolicyBinding", policy.name());
    assertEquals(policy.name(), binding.text("spec/policyName"));
    assertEquals(List.of("Deny"), binding.texts("spec/validationActions"));
  }

  @Test
  void allowsWhatTheTemplatesHaveAndNoMore() {
    Manifest policy = policy(Chart.render());
    assertEquals(List.of("kube-image-keeper-cache-worker", "kube-image-keeper-garbage-collection"),
        texts(validation(policy, 0), "in ", ""));
    assertEquals(List.of("ghcr.io/enix/kube-image-keeper/cache-worker",
        "ghcr.io/enix/kube-image-keeper/gc-worker", "registry"),
        texts(validation(policy, 1), "all(c, ", ".exists"));
    assertEquals(
        "!variables.pod.?hostNetwork.orValue(false) && !variables.pod.?hostPID.orValue(false)"
            + " && !variables.pod.?hostIPC.orValue(false)"
            + " && variables.containers.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))",
        validation(policy, 2));
    assertEquals("variables.containers.all(c, !c.?securityContext.?privileged.orValue(false)"
        + " && !c.?securityContext.?allowPrivilegeEscalation.orValue(true)"
        + " && c.?securityContext.?capabilities.?add.orValue([]).all(a, a in []))", validation(policy, 4));
    assertEquals(Set.of("secret", "configMap", "projected", "emptyDir", "persistentVolumeClaim"),
        volumes(policy));
  }

  private static Set<String> volumes(Manifest policy) {
    return Pattern.compile("has\\(v\\.(\\w+)\\)").matcher(validation(policy, 3)).results()
        .map(r -> r.group(1)).collect(Collectors.toSet());
  }

  /** What a user may do to the two Jobs by values. */
  static Stream<List<String>> values() {
    return Stream.of(List.of(),
        List.of("--set=serviceAccount.create=false", "--set=serviceAccount.name=keeper"),
        List.of("--set=serviceAccount.create=false", "--set=rbac.create=false"),
        List.of("--set=fullnameOverride=kuik", "--set=registry.persistence.enabled=true"),
        List.of("--set=cacheWorker.image.repository=mirror:5000/a/it's \"b\" <c>&",
            "--set=cacheWorker.image.digest=sha256:" + "0".repeat(64), "--set=registry.image.tag=3.1",
            "--set=registry.image.repository=corp.example/registry",
            "--set=registry.garbageCollection.worker.image.tag=9",
            "--set=cacheWorker.imagePullSecrets[0].name=pull"),
        List.of("--set=rootCertificateAuthorities.secretName=ca",
            "--set=rootCertificateAuthorities.keys={root.pem}",
            "--set-json=cacheWorker.tolerations=[{\"operator\":\"Exists\"}]",
            "--set-json=cacheWorker.affinity={\"nodeAffinity\":{}}", "--set=registry.priorityClassName=high"),
        List.of("--set=cacheWorker.securityContext.privileged=true",
            "--set=cacheWorker.securityContext.allowPrivilegeEscalation=true"),
        List.of("--set=registry.securityContext.allowPrivilegeEscalation=true",
            "--set=registry.podSecurityContext.runAsUser=0",
            "--set=registry.podSecurityContext.runAsNonRoot=false",
            "--set=registry.securityContext.capabilities.add={NET_BIND_SERVICE,CHOWN}"),
        List.of("--set=registry.securityContext=null", "--set=cacheWorker.securityContext=null",
            "--set=cacheWorker.env=null", "--set=registry.imagePullSecrets=null"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void neverStopsAJobThatTheValuesMake(List<String> values) {
    Chart chart = Chart.render(values.toArray(String[]::new));
    Manifest policy = policy(chart);
    String privileges = validation(policy, 4);
    for (Manifest job : jobs(chart)) {
      Manifest pod = job.part("spec/template/spec");
      assertTrue(texts(validation(policy, 0), "in ", "").contains(pod.text("serviceAccountName")));
      assertFalse(pod.has("hostNetwork") || pod.has("hostPID") || pod.has("hostIPC"), pod.toString());
      for (Manifest volume : pod.parts("volumes")) {
        assertTrue(volume.json().keySet().stream().anyMatch(volumes(policy)::contains), volume.toString());
      }
      for (Manifest container : containers(pod)) {
        assertTrue(allowsImage(policy, container.text("image")), container.toString());
        assertFalse(container.has("ports"), container.toString());
        assertTrue(texts(privileges, "a in ", "))").containsAll(
            container.texts("securityContext/capabilities/add")), privileges);
        assertTrue(!privileges.contains("privileged") || !is(container, "privileged", false), privileges);
        assertTrue(!privileges.contains("Escalation") || !is(container, "allowPrivilegeEscalation", true),
            privileges);
      }
    }
  }

  /** As the expression says it. */
  private static boolean allowsImage(Manifest policy, String image) {
    return texts(validation(policy, 1), "all(c, ", ".exists").stream().anyMatch(
        r -> image.startsWith(r) && image.substring(r.length()).matches("^([:@][^/]*)?$"));
  }

  @Test
  void duringAnUpgradeTheTemplateOfTheVersionBeforeStillPasses() {
    Manifest next = policy(Chart.render("--set=cacheWorker.image.tag=9", "--set=registry.image.tag=3.9",
        "--set=registry.garbageCollection.worker.image.digest=sha256:" + "0".repeat(64)));
    assertEquals(validation(policy(Chart.render()), 1), validation(next, 1));
    assertTrue(validation(next, 1).endsWith("c.?image.orValue('').startsWith(r)"
        + " && c.image.substring(r.size()).matches('^([:@][^/]*)?$')))"), validation(next, 1));
    assertTrue(allowsImage(next, "registry:3") && allowsImage(next, "registry@sha256:1"));
    assertFalse(allowsImage(next, "registry:5000/evil") || allowsImage(next, "registry2"));
  }

  private static List<Manifest> jobs(Chart chart) {
    List<Manifest> jobs = chart.manifests().stream()
        .filter(m -> m.kind().equals("ConfigMap") && m.has("data/job.json"))
        .map(m -> Manifest.parse(m.text("data/job.json"))).toList();
    assertEquals(2, jobs.size());
    return jobs;
  }

  private static boolean is(Manifest container, String field, boolean otherwise) {
    String path = "securityContext/" + field;
    return container.has(path) ? container.at(path).getAsBoolean() : otherwise;
  }

  @Test
  void aPrivilegeThatAUserGivesIsTheOnlyOne() {
    String granted = validation(policy(Chart.render("--set=cacheWorker.securityContext.privileged=true",
        "--set=cacheWorker.securityContext.capabilities.add={CHOWN}")), 4);
    assertEquals("variables.containers.all(c, !c.?securityContext.?allowPrivilegeEscalation.orValue(true)"
        + " && c.?securityContext.?capabilities.?add.orValue([]).all(a, a in [\"CHOWN\"]))", granted);
  }
}
