package io.kuik.controller.servable;

import io.kuik.registry.Credential;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryException;
import io.kuik.registry.RegistryRequest;
import io.kuik.registry.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;

/** What the registry client throws, got from a registry that answers so. */
public final class Failures {
  private Failures() {
  }

  /** The exception. */
  public static RegistryException ofStatus(int status) {
    try (var registry = new FakeRegistry()) {
      registry.fault(exchange -> {
        FakeRegistry.error(exchange, status, "FAULT", "told to");
        return true;
      });
      var client = new RegistryClient(new RegistrySettings(Set.of(), Optional.empty(), "test"));
      client.head(RegistryRequest.manifest(registry.endpoint(), "HEAD", "a", "b").as(Credential.ANONYMOUS));
      throw new IllegalStateException("a failure was expected");
    } catch (RegistryException e) {
      return e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
