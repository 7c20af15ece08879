package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When garbage may be collected, and the Job that the controllers do it with. */
@Tag("chart")
class GarbageCollectionTest {
  private static final String PERSISTENCE = "--set=registry.persistence.enabled=true";
  private static final String POD = "spec/template/spec/";

  private static Manifest job(String... arguments) {
    return Chart.render(arguments).collectionJob();
  }

  private static String schedule(String text) {
    return "--set-string=registry.garbageCollectionSchedule=" + text.replace(",", "\\,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 3 * * *", "*/15 * * * *", "5/20 0-6 1,15 jan-mar SAT", "0 0 * * 7",
      "08 09 ? * ?",
      "0 0 1-7 * 1", "0 0 */10 * *", "0 0 29 2 *", "0 0 30 4 *", "0 0 31 */2 *", "0 0 31 2-3 *",
      "0 0 31 2/12,jul *", "0 0 30 2 1", "0 0 28-31 feb *", "0 0 30,1 2 *", "0 0 */30 2 ?", "@hourly",
      "@daily", "@midnight", "@weekly", "@monthly", "@yearly",
      "@annually"})
  void schedulesReachTheControllers(String text) {
    Manifest config = Chart.render(schedule(text), PERSISTENCE).controllerConfig();
    assertEquals(text, config.text("garbageCollectionSchedule"));
    assertEquals("", config.text("garbageCollectionObstacle"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
      0 3 * *        | it has 4 fields and must have five
      0 0 3 * * ?    | it has 6 fields and must have five
      60 * * * *     | its minute "60" must hold values from 0 to 59
      0 24 * * *     | its hour "24" must hold values from 0 to 23
      0 0 0 * *      | its day of the month "0" must hold values from 1 to 31
      0 0 * 13 *     | its month "13" must hold values from 1 to 12
      0 0 * * 8      | its day of the week "8" must hold values from 0 to 7
      0 0 * * 5-1    | its day of the week "5-1" holds a range that ends before it begins
      */0 * * * *    | its minute "*/0" has a step of 0
      1,,2 * * * *   | its minute "1,,2" can't be read
      0 0 * * 7/2    | its day of the week "7/2" begins to count at the end of the week: write 0 for Sunday
      0 0 30 2 *     | such a day never comes: none of its months has a day 30
      0 0 31 4 *     | none of its months has a day 31
      0 0 31 2,4 *   | none of its months has a day 31
      0 0 30-31 FEB ? | none of its months has a day 30
      0 0 31 apr-JUN/2 * | none of its months has a day 31
      0 0 31/5 2/7 */1 | none of its months has a day 31
      0 0 L * *      | its day of the month "L" must hold
      0 0 * * 5#2    | its day of the week "5#2" can't be read
      @every 1h      | known words are @hourly, @daily
      weekly         | it has 1 fields and must have five
      """)
  void whatIsNoScheduleIsRefusedWithASentence(String text, String sentence) {
    String refusal = Chart.refusal(schedule(text), PERSISTENCE);
    assertTrue(refusal.contains("\"" + text + "\", and that is no schedule: ") && refusal.contains(sentence),
        refusal);
  }

  @Test
  void bothKeysOfTheScheduleMustAgree() {
    assertEquals("@daily", Chart.render(PERSISTENCE, "--set=registry.garbageCollection.schedule=@daily")
        .controllerConfig().text("garbageCollectionSchedule"));
    Chart.render(PERSISTENCE, schedule("@daily"), "--set=registry.garbageCollection.schedule=@daily");
    String refusal = Chart.refusal(PERSISTENCE, schedule("@daily"),
        "--set=registry.garbageCollection.schedule=@weekly");
    assertTrue(refusal.contains("set one of them"), refusal);
  }

  @Test
  void withoutPersistenceItMustBeForcedByScheduleAndByHand() {
    assertTrue(Chart.render().controllerConfig().text("garbageCollectionObstacle")
        .startsWith("there is no persistence"));
    String forced = "--set=registry.garbageCollection.withoutPersistence=true";
    Manifest config = Chart.render(schedule("@daily"), forced).controllerConfig();
    assertEquals("", config.text("garbageCollectionObstacle"));
    assertEquals("{}", job(forced).at(POD + "volumes/0/emptyDir").toString());
  }

  @Test
  void aVolumeThatOnlyOnePodMayHaveCannotBeCollected() {
    String refusal = Chart.refusal(PERSISTENCE, schedule("@daily"),
        "--set=registry.persistence.accessModes=ReadWriteOncePod");
    assertTrue(refusal.contains("use ReadWriteOnce."), refusal);
  }

  @Test
  void threeStepsRunOnTheRegistrysNodeWithItsVolume() {
    Manifest job = job(PERSISTENCE);
    Manifest pod = job.part(POD.substring(0, POD.length() - 1));
    assertEquals("stop", pod.text("initContainers/0/name"));
    assertEquals("garbage-collect", pod.text("initContainers/1/name"));
    assertEquals("restore", pod.text("containers/0/name"));
    assertEquals(List.of("garbage-collect", "--delete-untagged", "/etc/kuik/config.yml"),
        pod.texts("initContainers/1/args"));
    assertEquals("registry:3", pod.text("initContainers/1/image"));
    assertEquals("data-kube-image-keeper-registry-0", pod.text("volumes/0/persistentVolumeClaim/claimName"));
    Manifest term = pod.part("affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0");
    assertEquals("kubernetes.io/hostname", term.text("topologyKey"));
    assertEquals("registry", term.text("labelSelector/matchLabels/app.kubernetes.io~component"));
    for (Manifest step : List.of(pod.part("initContainers/0"), pod.part("initContainers/1"),
        pod.part("containers/0"))) {
      assertEquals("/var/lib/registry", step.text("volumeMounts/0/mountPath"));
    }
  }

  @Test
  void itRunsOnceAndHasLimits() {
    Manifest job = job("--set=registry.garbageCollection.activeDeadlineSeconds=4000");
    assertEquals(0, job.number("spec/backoffLimit"));
    assertEquals("Never", job.text(POD + "restartPolicy"));
    assertEquals(4000, job.number("spec/activeDeadlineSeconds"));
    assertEquals("3400", job.text("metadata/annotations/kuik.enix.io~collector-seconds"));
    assertEquals("--limit-seconds=300", job.texts(POD + "containers/0/args").get(2));
    assertEquals("60", job("--set=registry.garbageCollection.activeDeadlineSeconds=600")
        .text("metadata/annotations/kuik.enix.io~collector-seconds"));
  }

  @Test
  void itRunsAsTheRegistryDoesWhereTheRegistryMay() {
    Manifest job = job("--set=registry.podSecurityContext.runAsUser=1000",
        "--set=registry.priorityClassName=high",
        "--set=registry.tolerations[0].key=storage", "--set=registry.imagePullSecrets[0].name=one",
        "--set=registry.garbageCollection.worker.imagePullSecrets[0].name=two",
        "--set=registry.env[0].name=A",
        "--set=registry.env[0].value=b");
    assertEquals(1000, job.number(POD + "securityContext/runAsUser"));
    assertEquals("high", job.text(POD + "priorityClassName"));
    assertEquals("storage", job.text(POD + "tolerations/0/key"));
    assertEquals("two", job.text(POD + "imagePullSecrets/1/name"));
    assertEquals("A", job.text(POD + "initContainers/1/env/1/name"));
  }

  @Test
  void onlyTheStepsThatScaleHaveAToken() {
    Manifest pod = job().part(POD.substring(0, POD.length() - 1));
    assertFalse(pod.at("automountServiceAccountToken").getAsBoolean());
    assertTrue(pod.part("initContainers/0").toString().contains("serviceaccount"));
    assertFalse(pod.part("initContainers/1").toString().contains("serviceaccount"));
    assertTrue(pod.part("containers/0").toString().contains("serviceaccount"));
    assertEquals(3607, pod.number("volumes/2/projected/sources/0/serviceAccountToken/expirationSeconds"));
  }

  @Test
  void itsRightsAreTheScaleOfTheRegistryAndAViewOfItsPod() {
    Manifest role = Chart.render().get("Role", "kube-image-keeper-garbage-collection");
    assertEquals(2, role.parts("rules").size());
    assertEquals(List.of("statefulsets/scale"), role.texts("rules/0/resources"));
    assertEquals(List.of("kube-image-keeper-registry"), role.texts("rules/0/resourceNames"));
    assertEquals(List.of("get", "update"), role.texts("rules/0/verbs"));
    assertEquals(List.of("pods"), role.texts("rules/1/resources"));
    assertEquals(List.of("kube-image-keeper-registry-0"), role.texts("rules/1/resourceNames"));
    assertEquals(List.of("get"), role.texts("rules/1/verbs"));
  }
}
