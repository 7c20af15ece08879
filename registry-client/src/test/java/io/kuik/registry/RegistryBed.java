package io.kuik.registry;

import io.kuik.model.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client and a registry with one manifest, which can be made to misbehave. */
abstract class RegistryBed {
  static final String MANIFEST = "{\"schemaVersion\": 2, \"config\": {}}";

  final RegistryClient client = new RegistryClient(
      new RegistrySettings(Set.of(), Optional.empty(), "test"));
  FakeRegistry registry;
  Digest digest;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    digest = registry.putManifest("a/b", "v1", MANIFEST);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  RegistryRequest get(String version) {
    return RegistryRequest.manifest(registry.endpoint(), "GET", "a/b", version);
  }

  RegistryRequest head() {
    return RegistryRequest.manifest(registry.endpoint(), "HEAD", "a/b", "v1");
  }

  void answers(int status, String... headers) {
    registry.fault(x -> {
      for (int i = 0; i < headers.length; i += 2) {
        x.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      FakeRegistry.error(x, status, "CODE", "words");
      return true;
    });
  }
}
