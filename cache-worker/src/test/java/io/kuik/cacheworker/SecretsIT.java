package io.kuik.cacheworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.CopyOutcome;
import io.kuik.registry.RealRegistry;
import io.kuik.registry.RegistrySetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong, and however much is logged, no line holds what opens something. */
class SecretsIT {
  private static final String PASSWORD = "hunter-two";
  private static final String TOKEN = "eyJhbGciOiJub25lIn0.token-secret";
  private static final String SIGNATURE = "signature-secret";

  @TempDir
  private Path folder;

  /** How the copy ends. */
  enum End {
    WELL(CopyOutcome.COPIED), STORAGE_REFUSES(CopyOutcome.UPSTREAM_UNAVAILABLE), STORAGE_IS_GONE(
        CopyOutcome.UPSTREAM_UNAVAILABLE), STORAGE_BREAKS(CopyOutcome.COPIED), REGISTRY_REFUSES(
            CopyOutcome.FORBIDDEN), REGISTRY_TALKS(CopyOutcome.UPSTREAM_UNAVAILABLE), NO_HTTP(
                CopyOutcome.UPSTREAM_UNAVAILABLE);

    private final CopyOutcome outcome;

    End(CopyOutcome outcome) {
      this.outcome = outcome;
    }
  }

  @ParameterizedTest
  @EnumSource
  void noLineHoldsThem(End end) throws IOException, InterruptedException {
    try (RealRegistry upstream = registry("upstream");
        RealRegistry cache = registry("cache");
        FaultFront storage = new FaultFront(upstream.uri());
        FaultFront front = new FaultFront(upstream.uri())) {
      new SampleImage(upstream).oci("v1", 1, 300_000);
      script(end, front, storage);
      String host = "registry.example:5000";
      Path credentials = Files.writeString(folder.resolve("config.json"), "{\"auths\":{\"" + host
          + "\":{\"username\":\"user\",\"password\":\"" + PASSWORD + "\"}}}");
      ChildWorker worker = ChildWorker.start(folder, front.uri(), cache.uri(),
          host + "/" + SampleImage.REPOSITORY + ":v1",
          List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace"), "--source-credentials=" + credentials);
      int code = worker.end();
      String said = Files.readString(worker.log()) + Files.readString(worker.termination());
      assertEquals(end.outcome.exitCode(), code, said);
      assertTrue(said.contains("copy started"), "there is a log to look into");
      String basic = Base64.getEncoder()
          .encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
      for (String secret : List.of(PASSWORD, TOKEN, SIGNATURE, basic)) {
        assertFalse(said.contains(secret), secret + " in " + said);
      }
    }
  }

  private RealRegistry registry(String name) throws IOException {
    return new RealRegistry(RegistrySetup.in(Files.createDirectory(folder.resolve(name))));
  }

  private static void script(End end, FaultFront front, FaultFront storage) throws IOException {
    if (end == End.STORAGE_IS_GONE) {
      storage.close();
    }
    var breaks = new AtomicInteger(2);
    storage.script(a -> switch (end) {
      case STORAGE_REFUSES ->
        Fault.answer(403, "{\"errors\":[{\"message\":\"Expired " + storage.uri() + a.path()
            + "\"}]}", Map.of("Content-Type", "application/json"));
      case STORAGE_BREAKS -> breaks.getAndDecrement() > 0
          ? Fault.path(a.path().replaceFirst("\\?.*", "")).and(Spoilt.cut(1000))
          : Fault.path(a.path().replaceFirst("\\?.*", ""));
      default -> Fault.path(a.path().replaceFirst("\\?.*", ""));
    });
    front.script(a -> {
      if (a.path().startsWith("/token")) {
        return Fault.answer(200, "{\"token\":\"" + TOKEN + "\"}", Map.of("Content-Type", "application/json"));
      }
      if (!a.header("Authorization").equals("Bearer " + TOKEN)) {
        return Fault.answer(401, "WWW-Authenticate", "Bearer realm=\"" + front.uri() + "/token\"");
      }
      return a.blob() ? blob(end, storage, a) : Fault.NONE;
    });
  }

  private static Fault blob(End end, FaultFront storage, FaultFront.Asked a) {
    String signed = storage.uri() + a.path() + "?X-Amz-Signature=" + SIGNATURE;
    return switch (end) {
      case REGISTRY_REFUSES -> Fault.answer(403);
      case REGISTRY_TALKS ->
        Fault.answer(500, "{\"errors\":[{\"message\":\"can't get " + signed + " with Bearer "
            + TOKEN + "\"}]}", Map.of("Content-Type", "application/json"));
      case NO_HTTP ->
        new Fault(false, "Bearer " + TOKEN + " " + signed + "\r\n\r\n", "", h -> h, Spoilt.NOTHING,
            Spoilt.NOTHING);
      default -> Fault.answer(307, "Location", signed);
    };
  }
}
