package io.kuik.gcworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.kuik.gcworker.volume.VolumeFolder;
import io.kuik.model.CollectionReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two steps, by their command line, against an API server of our own. */
class StepsTest {
  private static final Duration PATIENT = Duration.ofSeconds(10);

  @TempDir
  private Path folder;
  private FakeCluster cluster;
  private VolumeFolder volume;

  @BeforeEach
  void setUp() throws IOException {
    cluster = new FakeCluster();
    volume = new VolumeFolder(folder.resolve("data"));
    Files.createDirectories(folder.resolve("work"));
    Files.createDirectories(folder.resolve("account"));
    Files.writeString(folder.resolve("account/token"), "token");
    // No certificate: the fake speaks plain http.
    Files.writeString(folder.resolve("account/ca.crt"), "");
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private int run(int limit, String... step) {
    var arguments = new ArrayList<>(List.of("--namespace=" + FakeCluster.NAMESPACE,
        "--stateful-set=" + FakeCluster.NAME, "--data=" + folder.resolve("data"),
        "--work=" + folder.resolve("work"), "--termination-log=" + folder.resolve("report"),
        "--account=" + folder.resolve("account"), "--api=" + cluster.uri(), "--limit-seconds=" + limit,
        "--pause-millis=10"));
    arguments.addAll(List.of(step));
    return GcWorker.commandLine().setErr(new PrintWriter(new StringWriter()))
        .execute(arguments.toArray(String[]::new));
  }

  private CollectionReport report() throws IOException {
    return new Gson().fromJson(Files.readString(folder.resolve("report")), CollectionReport.class);
  }

  private int restore() {
    return run(20, "restore", "--replicas=1", "--port=" + cluster.port());
  }

  @Test
  void stopsTheRegistryAndWaitsUntilItsPodIsGone() throws IOException {
    volume.blob("a".repeat(100));
    assertEquals(0, run(20, "stop"));
    assertEquals(0, cluster.replicas);
    assertTrue(cluster.lingers.get() < 0, "it waited for the pod");
    assertEquals(1, report().blobsBefore());
    assertEquals(100, report().bytesBefore());
  }

  @Test
  void makesTheFoldersThatTheCollectorWants() {
    assertEquals(0, run(20, "stop"));
    assertTrue(Files.isDirectory(folder.resolve("data/docker/registry/v2/repositories")));
    assertTrue(Files.isDirectory(folder.resolve("data/docker/registry/v2/blobs")));
  }

  @Test
  void anApiServerThatRestartsIsAskedAgain() {
    cluster.refusals.set(3);
    assertEquals(0, run(20, "stop"));
    assertEquals(0, cluster.replicas);
  }

  @Test
  void aVersionThatChangedMeanwhileIsReadAgain() {
    cluster.refusal = 409;
    cluster.refusals.set(1);
    assertEquals(0, run(20, "stop"));
  }

  @Test
  void anApiServerThatHasJustStartedAndKnowsNoRightsIsAskedAgain() {
    cluster.refusal = 403;
    cluster.refusals.set(5);
    assertEquals(0, run(20, "stop"));
    assertEquals(0, cluster.replicas);
  }

  @Test
  void missingRightsEndTheStepWithTheServersWordsLongBeforeItsTimeIsOver() throws IOException {
    cluster.refusal = 403;
    cluster.refusals.set(1000);
    assertEquals(1, run(20, "stop"));
    assertEquals(1, cluster.replicas);
    assertTrue(report().message().startsWith("stop failed: scaling the registry to nothing: GET /apis/apps"),
        report().message());
    assertTrue(report().message().contains("HTTP 403"), report().message());
  }

  @Test
  void aPodThatDoesNotGoEndsTheStepWhenItsTimeIsOver() throws IOException {
    cluster.lingers.set(Integer.MAX_VALUE);
    assertEquals(1, run(0, "stop"));
    assertEquals("stop failed: waiting for the registry's pod to end: not within the time of this step",
        report().message());
  }

  @Test
  void aRegistryThatSomebodyStartsWhileItIsBeingStoppedIsStopped() {
    cluster.byHand = 1;
    assertEquals(0, run(2, "stop"));
    assertEquals(0, cluster.replicas);
  }

  @Test
  void aRegistryThatSomebodyStopsWhileItIsBeingStartedIsStarted() {
    assertEquals(0, run(20, "stop"));
    cluster.byHand = 0;
    assertEquals(0, run(2, "restore", "--replicas=1", "--port=" + cluster.port()));
    assertEquals(1, cluster.replicas);
  }

  @Test
  void startsTheRegistryAgainAndSaysWhatWent() throws IOException {
    volume.tag("app", "v1", volume.blob("kept"));
    Path gone = volume.blobFile(volume.blob("x".repeat(2_000_000)));
    assertEquals(0, run(20, "stop"));
    Files.delete(gone);
    assertEquals(0, restore());
    assertEquals(1, cluster.replicas);
    CollectionReport report = report();
    assertEquals(2, report.blobsBefore());
    assertEquals(1, report.blobsAfter());
    assertEquals(2_000_000, report.reclaimed());
    assertTrue(report.message().startsWith("1 blobs with 2.0 MB removed, 1 with 0.0 MB left; the registry was"
        + " away for "), report.message());
  }

  @Test
  void aRegistryThatIsNotReadyInTimeIsAFailure() throws IOException {
    cluster.ready = false;
    assertEquals(1, run(0, "restore", "--port=" + cluster.port()));
    assertEquals(1, cluster.replicas);
    assertEquals("restore failed: waiting for the registry to be Ready: not within the time of this step",
        report().message());
  }

  /** As a share of the network that hangs: whoever reads this link waits. */
  private Path hangingLink() throws IOException, InterruptedException {
    Path link = volume.link("app", "hangs");
    Files.createDirectories(link.getParent());
    assertEquals(0, new ProcessBuilder("mkfifo", link.toString()).start().waitFor());
    return link;
  }

  private static void letGo(Path link) throws IOException {
    new RandomAccessFile(link.toFile(), "rw").close();
    Files.delete(link);
  }

  @Test
  void aVolumeThatTakesTooLongToCountIsCollectedAnyway() throws IOException, InterruptedException {
    Path link = hangingLink();
    assertTimeoutPreemptively(PATIENT, () -> assertEquals(0, run(20, "--count-millis=50", "stop")));
    assertEquals(0, cluster.replicas);
    assertEquals("the registry is stopped; its volume was not counted, which takes more than 50 ms",
        report().message());
    letGo(link);
    assertEquals(0, restore());
    assertTrue(report().message().startsWith("what was removed was not counted; the registry was away for "),
        report().message());
    assertEquals(0, report().reclaimed());
  }

  @Test
  void aVolumeThatTakesTooLongToCountKeepsNoRegistryDown() throws IOException, InterruptedException {
    assertEquals(0, run(20, "stop"));
    Path link = hangingLink();
    assertTimeoutPreemptively(PATIENT, () -> assertEquals(0, run(20, "--count-millis=50", "restore",
        "--replicas=1", "--port=" + cluster.port())));
    assertEquals(1, cluster.replicas);
    assertTrue(report().message().startsWith("what was removed was not counted"), report().message());
    letGo(link);
  }

  @Test
  void aTagThatLostItsManifestIsAFailure() throws IOException {
    Path manifest = volume.blobFile(volume.tag("app", "v1", volume.blob("manifest")));
    assertEquals(0, run(20, "stop"));
    Files.delete(manifest);
    assertEquals(1, restore());
    assertEquals(1, cluster.replicas);
    assertTrue(report().message().startsWith("restore failed: 1 tags have lost their manifest"),
        report().message());
  }

  @Test
  void aTagThatWasBrokenBeforeIsNoFailureOfOurs() throws IOException {
    Files.delete(volume.blobFile(volume.tag("app", "v1", volume.blob("manifest"))));
    assertEquals(0, run(20, "stop"));
    assertEquals(0, restore());
  }
}
