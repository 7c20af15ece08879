package io.kuik.proxy.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a cached blob is hashed. */
class TrustTest {
  private static final String HOST = "quay.io";
  private final Digest digest = Digest.sha256(new byte[1]);
  private Instant now = Instant.EPOCH;
  private final Trust trust = new Trust(() -> now);

  private void later() {
    now = now.plusSeconds(60);
  }

  @Test
  void suspectsWhatItServesForTheFirstTime() {
    assertTrue(trust.suspects(digest));
    later();
    assertTrue(trust.suspects(digest), "it was never proven");
  }

  @Test
  void believesWhatWasProvenUntilItIsAskedForAgainSoon() {
    assertTrue(trust.suspects(digest));
    trust.proven(digest, trust.incarnation());
    later();
    assertFalse(trust.suspects(digest));
    assertTrue(trust.suspects(digest), "twice within a minute");
    later();
    assertFalse(trust.suspects(digest));
  }

  @Test
  void believesNothingOfAnotherRegistry() {
    int before = trust.incarnation();
    trust.proven(digest, before);
    trust.registryChanged();
    assertTrue(trust.suspects(digest));
    later();
    trust.proven(digest, before);
    assertTrue(trust.suspects(digest), "proven with the bytes of the one before");
  }

  @Test
  void prefersTheUpstreamForAWhileAfterTheCacheHadWrongBytes() {
    assertFalse(trust.prefersUpstream(HOST, digest));
    trust.cacheWrong(digest);
    assertTrue(trust.prefersUpstream(HOST, digest));
    trust.upstreamWrong(HOST, digest);
    assertFalse(trust.prefersUpstream(HOST, digest), "neither is better");
    assertTrue(trust.prefersUpstream("ghcr.io", digest));
    now = now.plusSeconds(600);
    assertFalse(trust.prefersUpstream("ghcr.io", digest));
  }
}
