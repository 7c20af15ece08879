package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes that can't be copied: each says why in words of its own, and leaves nothing behind. */
class RefusedShapesIT extends CopyBed {
  private static final String PLATFORM = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}";

  private static Arguments of(String name, String words, Function<SampleImage, Digest> put) {
    return Arguments.of(name, words, put);
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        of("foreign layer", "a foreign layer",
            i -> Shape.image(i, "", Shape.layer(i, "+gzip", 1),
                i.descriptor(Shape.LAYER, new byte[3], ",\"urls\":[\"https://example.com/layer\"]"))),
        of("nondistributable layer", "a foreign layer",
            i -> Shape.image(i, "",
                i.descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar", new byte[3]))),
        of("schema 1", "schema 1",
            i -> i.put(Shape.TAG, "{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}",
                "application/vnd.docker.distribution.manifest.v1+prettyjws")),
        of("sha512 layer", "another digest than sha256",
            i -> Shape.image(i, "", Shape.layer(i, "+gzip", 1),
                "{\"digest\":\"sha512:" + "a".repeat(128) + "\",\"size\":3}")),
        of("sha512 child", "another digest than sha256",
            i -> i.index(Shape.TAG,
                "{\"digest\":\"sha512:" + "a".repeat(128) + "\",\"size\":3" + PLATFORM + "}")),
        of("above the cache's limit", "the cache registry takes 4194304 at most",
            i -> Shape.image(i, ",\"annotations\":{\"a\":\"" + "x".repeat(4 << 20) + "\"}",
                Shape.layer(i, "+gzip", 1))),
        of("above containerd's limit", "larger than the 4393216 bytes that containerd reads",
            i -> Shape.image(i, ",\"annotations\":{\"a\":\"" + "x".repeat(5 << 20) + "\"}",
                Shape.layer(i, "+gzip", 1))),
        of("nested too deep", "nested more than 4 deep", RefusedShapesIT::deep),
        of("index without images", "lists no image", i -> i.index(Shape.TAG)),
        of("index with attestations only", "lists no image",
            i -> i.index(Shape.TAG, i.entry(i.attestation("a", 1), Digest.sha256(new byte[1])))),
        of("other platforms only", "it offers linux/s390x, windows(10.0.17763.1)/amd64",
            i -> i.index(Shape.TAG, i.entry(i.oci("a", 1, 10), "linux", "s390x"),
                i.child(ManifestType.OCI_MANIFEST, i.oci("b", 2, 10),
                    ",\"platform\":{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0.17763.1\"}"))),
        of("unknown type", "of the unknown type \"application/vnd.oci.artifact.manifest.v1+json\"",
            i -> i.put(Shape.TAG,
                "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"blobs\":[]}",
                "application/vnd.oci.artifact.manifest.v1+json")),
        of("no JSON", "is no JSON object",
            i -> i.put(Shape.TAG, "<html>Sign in</html>", ManifestType.OCI_MANIFEST)),
        of("a layer without size", "is not what its type says",
            i -> i.put(Shape.TAG, "{\"layers\":[{\"digest\":\"sha256:" + "a".repeat(64) + "\"}]}",
                ManifestType.OCI_MANIFEST)));
  }

  private static Digest deep(SampleImage i) {
    Digest inner = i.index("deep-0", i.entry(i.oci("a", 1, 10), "linux", "amd64"));
    for (int depth = 1; depth < 4; depth++) {
      inner = i.index("deep-" + depth, i.child(ManifestType.OCI_INDEX, inner, ""));
    }
    return i.index(Shape.TAG, i.child(ManifestType.OCI_INDEX, inner, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void isUnsupportedInWordsOfItsOwn(String name, String words, Function<SampleImage, Digest> put)
      throws IOException {
    put.apply(sample);
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":" + Shape.TAG,
        "--platforms=linux/amd64");
    assertEquals(CopyOutcome.UNSUPPORTED, run.outcome(), run.report().message());
    assertTrue(run.report().message().contains(words), run.report().message());
    assertEquals(0, run.report().movedBytes(), "it is known before anything is moved");
    assertEquals(404, cache.get("/v2/" + WorkerRun.CACHE_PATH + "/manifests/" + Shape.TAG).status());
  }

  /** As Latin-1 would be: jib sends text, and other text has other bytes. */
  @Test
  void aManifestThatIsNoUtf8IsUnsupported() throws IOException {
    sample.oci(Shape.TAG, 1, 10);
    byte[] bytes = sample.manifests.values().iterator().next().getBytes(StandardCharsets.ISO_8859_1);
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().endsWith("/manifests/" + Shape.TAG);
      if (hit) {
        FakeRegistry.answer(x, 200, ManifestType.OCI_MANIFEST, bytes);
      }
      return hit;
    });
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":" + Shape.TAG);
    assertEquals(CopyOutcome.UNSUPPORTED, run.outcome(), run.report().message());
    assertTrue(run.report().message().contains("is not valid UTF-8"), run.report().message());
  }

  @Test
  void aManifestThatItsRegistryNamesBySha512IsUnsupported() throws IOException {
    sample.oci(Shape.TAG, 1, 10);
    upstream.fault(x -> {
      boolean hit = x.getRequestMethod().equals("HEAD");
      if (hit) {
        x.getResponseHeaders().set("Docker-Content-Digest", "sha512:" + "a".repeat(128));
        FakeRegistry.answer(x, 200, ManifestType.OCI_MANIFEST, new byte[10]);
      }
      return hit;
    });
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":" + Shape.TAG);
    assertEquals(CopyOutcome.UNSUPPORTED, run.outcome(), run.report().message());
    assertTrue(run.report().message().contains("another digest than sha256"), run.report().message());
  }

  @Test
  void aManifestOfOtherBytesIsCorruptAndNamed() throws IOException {
    Digest child = sample.oci("a", 1, 10);
    sample.index(Shape.TAG, sample.entry(child, "linux", "amd64"));
    upstream.fault(x -> {
      boolean hit = x.getRequestURI().getPath().endsWith("/manifests/" + child);
      if (hit) {
        FakeRegistry.answer(x, 200, ManifestType.OCI_MANIFEST,
            (sample.manifests.get(child) + " ").getBytes(StandardCharsets.UTF_8));
      }
      return hit;
    });
    WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), cache.uri(), ":" + Shape.TAG);
    assertEquals(CopyOutcome.CORRUPT, run.outcome(), run.report().message());
    assertTrue(run.report().message().contains("not those of " + child), run.report().message());
    assertEquals(404, cache.get("/v2/" + WorkerRun.CACHE_PATH + "/manifests/" + Shape.TAG).status());
  }

  /** The reason why the chart refuses version 2: it wants every child of an index. */
  @Test
  void version28CannotHoldAnIndexOfWhichOnlySomePlatformsAreStored() throws IOException {
    Digest amd64 = sample.oci("a", 1, 10);
    sample.index(Shape.TAG, sample.entry(amd64, "linux", "amd64"),
        sample.entry(sample.oci("b", 2, 10), "linux", "arm64"));
    try (RealRegistry old = new RealRegistry(
        RegistrySetup.in(Files.createDirectory(folder.resolve("old"))).old())) {
      WorkerRun run = WorkerRun.copy(folder, upstream.endpoint().base(), old.uri(), ":" + Shape.TAG,
          "--platforms=linux/amd64");
      assertEquals(CopyOutcome.UNSUPPORTED, run.outcome(), run.report().message());
      assertTrue(run.report().message().contains("--platforms=all"), run.report().message());
    }
  }
}
