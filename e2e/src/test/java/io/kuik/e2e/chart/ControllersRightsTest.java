package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the controllers and the uninstall hook may do, by their roles and by the admission policies. */
@Tag("chart")
class ControllersRightsTest {
  private static final String NAME = "kube-image-keeper-controllers";

  @Test
  void clusterRightsAreTheseAndNoMore() {
    assertEquals(Set.of("pods: list watch patch", "nodes: get list watch",
        "cachedimages: get list watch create patch delete", "cachedimages/status: get patch", "secrets: get",
        "customresourcedefinitions[cachedimages.kuik.enix.io]: get",
        "serviceaccounts: get", "events: create"),
        rights(Chart.render().get("ClusterRole", NAME)));
  }

  @Test
  void rightsInTheReleasesNamespaceAreTheseAndNoMore() {
    assertEquals(Set.of("leases: create", "leases[" + NAME + "]: get update patch",
        "jobs: get list watch create delete", "pods: get list watch create delete",
        "secrets: get create patch delete", "configmaps[kube-image-keeper-arming]: get list watch patch",
        "configmaps[kube-image-keeper-registry]: get", "configmaps: create",
        "configmaps[kube-image-keeper-orphans]: get patch",
        "statefulsets[kube-image-keeper-registry]: get patch"), rights(Chart.render().get("Role", NAME)));
  }

  @Test
  void theUninstallHookHasItsOwnRightsAndOnlyThen() {
    Chart chart = Chart.render();
    assertEquals(Set.of("mutatingwebhookconfigurations[zz-kube-image-keeper]: get delete", "pods: list patch",
        "events: create"),
        rights(chart.get("ClusterRole", "kube-image-keeper-uninstall")));
    assertTrue(rights(chart.get("Role", "kube-image-keeper-uninstall"))
        .containsAll(List.of("secrets: delete", "pods: list delete")));
    for (Manifest manifest : chart.manifests()) {
      if (manifest.has("metadata/name") && manifest.name().endsWith("-uninstall")) {
        assertEquals("pre-delete", manifest.text("metadata/annotations/helm.sh~hook"));
        assertEquals("before-hook-creation,hook-succeeded",
            manifest.text("metadata/annotations/helm.sh~hook-delete-policy"));
      }
    }
    Manifest job = chart.get("Job", "kube-image-keeper-uninstall");
    assertEquals(0, job.number("spec/backoffLimit"));
    assertEquals(285, job.number("spec/activeDeadlineSeconds"));
    assertEquals(List.of("uninstall", "--config=/etc/kuik/controller/controller.json"),
        job.texts("spec/template/spec/containers/0/args"));
  }

  @Test
  void anAccountOfTheUsersHoldsTheHooksRightsOnlyDuringAnUninstall() {
    Chart chart = Chart.render("--set=serviceAccount.create=false", "--set=serviceAccount.name=keeper");
    String hook = "kube-image-keeper-uninstall";
    assertEquals("keeper", chart.get("Job", hook).text("spec/template/spec/serviceAccountName"));
    for (String kind : List.of("ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding")) {
      assertEquals("pre-delete", chart.get(kind, hook).text("metadata/annotations/helm.sh~hook"), kind);
    }
    for (String name : List.of(NAME, hook)) {
      for (String kind : List.of("ClusterRoleBinding", "RoleBinding")) {
        assertEquals("keeper", chart.get(kind, name).text("subjects/0/name"), kind + "/" + name);
      }
    }
    assertFalse(chart.names().contains("ServiceAccount/" + hook), chart.names().toString());
    Manifest policy = chart.get("ValidatingAdmissionPolicy", NAME + "-pods");
    assertEquals("request.userInfo.username in ['system:serviceaccount:kuik-system:keeper']",
        policy.text("spec/matchConditions/0/expression"));
    assertTrue(policy.toString().contains("request.userInfo.username == "
        + "'system:serviceaccount:kuik-system:keeper' ? ['ContainerCreating']"), policy.toString());
  }

  @Test
  void withoutRolesNoneIsMadeForTheHookEither() {
    Chart chart = Chart.render("--set=rbac.create=false", "--set=serviceAccount.name=keeper");
    assertEquals("keeper", chart.get("Job", "kube-image-keeper-uninstall")
        .text("spec/template/spec/serviceAccountName"));
    assertFalse(chart.has("Role") || chart.has("RoleBinding") || chart.has("ClusterRole"));
  }

  @Test
  void aPolicyLimitsWhatTheyPatchOnPods() {
    Chart chart = Chart.render("--set=serviceAccount.name=keeper");
    Manifest policy = chart.get("ValidatingAdmissionPolicy", NAME + "-pods");
    assertEquals("Fail", policy.text("spec/failurePolicy"));
    assertEquals("request.userInfo.username in ['system:serviceaccount:kuik-system:keeper',"
        + " 'system:serviceaccount:kuik-system:kube-image-keeper-uninstall']",
        policy.text("spec/matchConditions/0/expression"));
    Manifest binding = chart.get("ValidatingAdmissionPolicyBinding", NAME + "-pods");
    assertEquals(policy.name(), binding.text("spec/policyName"));
    assertEquals(List.of("Deny"), binding.texts("spec/validationActions"));
  }

  @Test
  void anotherOneLimitsWhichPodsTheyCreate() {
    Chart chart = Chart.render("--set=serviceAccount.name=keeper", "--set=proxy.hostPort=7000");
    String name = NAME + "-canaries";
    Manifest policy = chart.get("ValidatingAdmissionPolicy", name);
    assertEquals("Fail", policy.text("spec/failurePolicy"));
    assertEquals("request.userInfo.username == 'system:serviceaccount:kuik-system:keeper'",
        policy.text("spec/matchConditions/0/expression"));
    String canary = policy.text("spec/matchConditions/1/expression");
    assertEquals("!(" + canary + ")", chart.get("ValidatingAdmissionPolicy", NAME + "-pods")
        .text("spec/matchConditions/1/expression"), "a request is for the one or the other");
    assertTrue(policy.text("spec/validations/0/expression")
        .contains("startsWith('localhost:7000/kuik-canary/')"));
    Manifest binding = chart.get("ValidatingAdmissionPolicyBinding", name);
    assertEquals(name, binding.text("spec/policyName"));
    assertEquals(List.of("Deny"), binding.texts("spec/validationActions"));
  }

  @Test
  void anotherOneLimitsWhatTheyPatchOnCachedImages() {
    Chart chart = Chart.render("--set=serviceAccount.name=keeper");
    String name = NAME + "-images";
    Manifest policy = chart.get("ValidatingAdmissionPolicy", name);
    assertEquals("Fail", policy.text("spec/failurePolicy"));
    assertEquals(List.of("cachedimages"), policy.texts("spec/matchConstraints/resourceRules/0/resources"));
    assertEquals("request.userInfo.username == 'system:serviceaccount:kuik-system:keeper'",
        policy.text("spec/matchConditions/0/expression"));
    assertTrue(policy.text("spec/validations/0/expression")
        .contains("'cachedimage.kuik.enix.io/finalizer'"));
    Manifest binding = chart.get("ValidatingAdmissionPolicyBinding", name);
    assertEquals(name, binding.text("spec/policyName"));
    assertEquals(List.of("Deny"), binding.texts("spec/validationActions"));
  }

  @Test
  void healingReachesTheConfigurationAndThePolicy() {
    Chart chart = Chart.render("--set=controllers.healing.maxPerMinute=7", "--set=proxy.hostPort=7000");
    assertEquals(7, chart.controllerConfig().number("healingsPerMinute"));
    String policy = chart.get("ValidatingAdmissionPolicy", NAME + "-pods").toString();
    assertTrue(policy.contains("kuik.enix.io/healed") && policy.contains("'localhost:7000/' + c.image"),
        policy);
  }

  @Test
  void namesThatThePredecessorWroteMayBeHealedAsWell() {
    String policy = Chart.render("--set=proxy.hostPort=17439")
        .get("ValidatingAdmissionPolicy", NAME + "-pods")
        .part("spec").toString();
    assertTrue(policy.contains("b.image.startsWith('localhost:17439/') && [b.image.substring(16)].exists(v"),
        policy);
  }

  @Test
  void whoSwitchesHealingOffTakesItsRightAway() {
    Chart chart = Chart.render("--set=controllers.healing.enabled=false");
    assertEquals(0, chart.controllerConfig().number("healingsPerMinute"));
    String policy = chart.get("ValidatingAdmissionPolicy", NAME + "-pods").toString();
    assertFalse(policy.contains("healed"), policy);
    assertTrue(policy.contains("object.spec == oldObject.spec"), policy);
    assertEquals(Set.of("mutatingwebhookconfigurations[zz-kube-image-keeper]: get delete"),
        rights(chart.get("ClusterRole", "kube-image-keeper-uninstall")));
  }

  /** The rules of a role as sentences, one for each resource. */
  private static Set<String> rights(Manifest role) {
    return role.parts("rules").stream().flatMap(rule -> {
      List<String> names = rule.texts("resourceNames");
      return rule.texts("resources").stream().map(resource -> resource
          + (names.isEmpty() ? "" : names.toString()) + ": " + String.join(" ", rule.texts("verbs")));
    }).collect(Collectors.toCollection(TreeSet::new));
  }
}
