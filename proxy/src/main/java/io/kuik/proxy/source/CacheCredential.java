package io.kuik.proxy.source;

import io.kuik.registry.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The password to the cache registry in a mounted Secret, read again after the registry refused it. */
public final class CacheCredential {
  private static final Logger LOG = LoggerFactory.getLogger(CacheCredential.class);

  private final Path folder;
  private final AtomicReference<@Nullable Credential> known = new AtomicReference<>();

  /** The folder holds the files {@code username} and {@code password}. */
  public CacheCredential(Path folder) {
    this.folder = folder;
  }

  Credential current() {
    Credential credential = known.get();
    if (credential == null) {
      credential = read();
      known.set(credential);
    }
    return credential;
  }

  void forget() {
    known.set(null);
  }

  /** Without a password the cache refuses, and the upstreams serve. */
  private Credential read() {
    try {
      return new Credential.Password(Files.readString(folder.resolve("username")).strip(),
          Files.readString(folder.resolve("password")).strip());
    } catch (IOException e) {
      LOG.warn("no password for the cache registry, asking it without folder={} error={}", folder,
          e.toString());
      return Credential.ANONYMOUS;
    }
  }
}
