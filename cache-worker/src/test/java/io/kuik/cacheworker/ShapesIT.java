package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.model.Digest;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.ImageStore;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import io.kuik.registry.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shape of image, from every kind of registry into real ones; afterwards all bytes are compared, by
 * plain HTTP. docs/copy.md shows the table to people.
 */
class ShapesIT {
  /** Registries that images come from; the last three serve what the one before them holds. */
  private enum Source {
    FAKE, V28, V3, TLS, TOKEN
  }

  @TempDir
  private static Path folder;
  private static final Map<Source, URI> SOURCES = new HashMap<>();
  private static final Map<String, SampleImage> IMAGES = new HashMap<>();
  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static RealRegistry cache;
  private static RealRegistry cache28;
  private static TokenService tokens;
  private static Path authorities;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException, InterruptedException {
    FakeRegistry fake = open(new FakeRegistry());
    RealRegistry v28 = open(new RealRegistry(setup("v28").old()));
    RealRegistry v3 = open(new RealRegistry(setup("v3")));
    cache = open(new RealRegistry(setup("cache")));
    cache28 = open(new RealRegistry(setup("cache28").old()));
    SelfSigned certificate = SelfSigned.create(Files.createDirectory(folder.resolve("pem")), "ip:127.0.0.1");
    authorities = Files.createDirectory(folder.resolve("ca"));
    Files.copy(certificate.certificate(), authorities.resolve("ca.crt"));
    tokens = open(new TokenService(certificate));
    Path data = folder.resolve("v3").resolve("data");
    RealRegistry tls = open(new RealRegistry(setup("tls").data(data).tls(Optional.of(certificate))));
    RealRegistry token = open(new RealRegistry(setup("token").data(data).auth(tokens.auth())));
    SOURCES.putAll(Map.of(Source.FAKE, fake.endpoint().base(), Source.V28, v28.uri(), Source.V3, v3.uri(),
        Source.TLS, tls.uri(), Source.TOKEN, token.uri()));
    for (Shape shape : Shape.copied()) {
      put(Source.FAKE, shape, new FakeStore(fake));
      put(Source.V28, shape, v28);
      put(Source.V3, shape, v3);
    }
  }

  private static RegistrySetup setup(String name) throws IOException {
    return RegistrySetup.in(Files.createDirectory(folder.resolve(name)));
  }

  private static <T extends AutoCloseable> T open(T part) {
    OPEN.add(part);
    return part;
  }

  private static void put(Source source, Shape shape, ImageStore store) {
    var image = new SampleImage(store, shape.name());
    shape.put().apply(image);
    IMAGES.put(source + " " + shape, image);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable part : OPEN.reversed()) {
      part.close();
    }
  }

  static Stream<Arguments> everyShapeFromEverySource() {
    return Shape.copied().stream()
        .flatMap(shape -> Stream.of(Source.values()).map(source -> Arguments.of(shape, source)));
  }

  @ParameterizedTest(name = "{0} from {1}")
  @MethodSource("everyShapeFromEverySource")
  void isCopiedByteForByte(Shape shape, Source source) throws IOException {
    int before = tokens.given();
    assertCopied(shape, source, cache);
    assertEquals(source == Source.TOKEN, tokens.given() > before, "tokens where they are wanted");
  }

  static Stream<Shape> everyShape() {
    return Shape.copied().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyShape")
  void isCopiedIntoARegistryOfVersion28(Shape shape) throws IOException {
    assertCopied(shape, Source.FAKE, cache28);
  }

  private static void assertCopied(Shape shape, Source source, RealRegistry to) throws IOException {
    String host = source.name().toLowerCase(java.util.Locale.ROOT) + ".example";
    WorkerRun run = WorkerRun.copyImage(folder, SOURCES.get(source), to.uri(),
        host + "/" + shape.name() + ":" + Shape.TAG, "--platforms=all",
        "--certificate-authorities=" + authorities);
    assertEquals(CopyOutcome.COPIED, run.outcome(), run.report().message());
    SampleImage image = IMAGES.get((source.compareTo(Source.V3) > 0 ? Source.V3 : source) + " " + shape);
    assertSame(image, host + "/" + shape.name(), run, to);
  }

  /**
   * What {@code skopeo inspect --raw | sha256sum} says, without skopeo: the digest is of these very bytes.
   */
  private static void assertSame(SampleImage image, String place, WorkerRun run, RealRegistry to) {
    RealRegistry.Answer tagged = to.get("/v2/" + place + "/manifests/" + Shape.TAG);
    assertEquals(run.report().digest(), Digest.sha256(tagged.body()).toString());
    List<Digest> wanted = image.reachable(Digest.parse(run.report().digest()));
    for (Digest digest : wanted) {
      boolean manifest = image.manifests.containsKey(digest);
      RealRegistry.Answer answer = to.get("/v2/" + place + (manifest ? "/manifests/" : "/blobs/") + digest);
      assertEquals(200, answer.status(), digest.toString());
      assertEquals(digest, Digest.sha256(answer.body()));
      if (manifest) {
        assertArrayEquals(image.manifests.get(digest).getBytes(StandardCharsets.UTF_8), answer.body());
      }
    }
    assertTrue(wanted.size() > 2, "a manifest, a configuration and a layer at least");
  }
}
