package io.kuik.proxy;

import io.kuik.proxy.breaker.BreakerState;
import io.kuik.proxy.breaker.Breakers;
import io.kuik.proxy.lists.Listings;
import io.kuik.proxy.serve.CacheFirst;
import io.kuik.proxy.serve.ImageAnswers;
import io.kuik.proxy.serve.Revalidation;
import io.kuik.proxy.source.CacheCredential;
import io.kuik.proxy.source.CacheSource;
import io.kuik.proxy.source.CacheWatch;
import io.kuik.proxy.source.Limits;
import io.kuik.proxy.source.ListReader;
import io.kuik.proxy.source.ManifestMemory;
import io.kuik.proxy.source.RegistryReader;
import io.kuik.proxy.source.Source;
import io.kuik.proxy.source.UpstreamSource;
import io.kuik.proxy.stream.Bodies;
import io.kuik.proxy.stream.Counts;
import io.kuik.proxy.stream.SharedUpstream;
import io.kuik.proxy.stream.Trust;
import io.kuik.registry.RegistryClient;
import io.kuik.registry.RegistryEndpoint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The cache and the upstreams, wired: who is asked in which order, with what limits, and shared by whom. */
final class Registries implements AutoCloseable {
  private static final int MANIFEST_BYTES = 10 << 20;
  private static final String CACHE = "cache";

  /** With the cache's time, what a list may take is below the ten seconds of any answer. */
  private static final Duration LIST = Duration.ofSeconds(4);
  private static final Duration LIST_BY_TAG = Duration.ofSeconds(3);
  private static final Duration LIST_OF_CACHE = Duration.ofSeconds(2);

  private final InstantSource clock = InstantSource.system();
  private final Counts counts = new Counts();
  private final Trust trust = new Trust(clock);
  private final Breakers caches = new Breakers(CacheSource.BREAKER, "", clock);
  private final Breakers pulls = new Breakers(UpstreamSource.BREAKER, "", clock);
  private final Breakers tags = new Breakers(UpstreamSource.BREAKER, " (tags)", clock);
  private final Function<String, RegistryEndpoint> upstreams;
  private final Limits limits;
  private final RegistryReader reader;
  private final CacheSource cache;
  private final Bodies bodies;
  private final SharedUpstream upstream;
  private final ImageAnswers images;
  private final Listings lists;
  private final CacheWatch watch;

  Registries(Settings settings, Function<String, RegistryEndpoint> upstreams, RegistryClient client,
      Limits limits) {
    this.upstreams = upstreams;
    this.limits = limits;
    var memory = new ManifestMemory(MANIFEST_BYTES);
    var credential = new CacheCredential(settings.cacheCredentials());
    RegistryEndpoint registry = RegistryEndpoint.cache(settings.cache());
    reader = new RegistryReader(client, memory);
    cache = new CacheSource(reader, registry, credential, limits, caches.of(CACHE));
    var direct = upstream(limits.upstreamAnswer(), pulls);
    bodies = new Bodies(cache, direct, trust, counts, limits.resumes());
    upstream = new SharedUpstream(direct, bodies, counts);
    images = new ImageAnswers(decision(settings), cache);
    var lister = new ListReader(client, memory);
    lists = new Listings(lister.upstream(upstreams, LIST, pulls),
        lister.cache(registry, credential, LIST_OF_CACHE),
        upstream(LIST_BY_TAG, pulls), cache);
    watch = new CacheWatch(settings.cache(), this::cacheAppeared);
  }

  /** It may be another registry, or the same with another disk; and it may be asked again. */
  private void cacheAppeared() {
    trust.registryChanged();
    caches.of(CACHE).hint();
  }

  private UpstreamSource upstream(Duration answer, Breakers breakers) {
    return new UpstreamSource(reader, upstreams, limits, answer, breakers);
  }

  private CacheFirst decision(Settings settings) {
    var heads = new SharedUpstream(upstream(limits.tagDecision(), tags), bodies, counts);
    var revalidation = new Revalidation(moving(settings.revalidateTags()), settings.revalidateEvery(), heads,
        clock);
    var moved = new SharedUpstream(upstream(limits.movedAnswer(), pulls), bodies, counts);
    return new CacheFirst(cache, upstream, moved, revalidation, bodies, trust);
  }

  /** What the user says moves, and what moves by its nature. */
  private static String moving(String tags) {
    return tags.isEmpty() ? Listings.MOVING_TAGS : "(?:" + tags + ")|" + Listings.MOVING_TAGS;
  }

  ImageAnswers images() {
    return images;
  }

  Source cache() {
    return cache;
  }

  /** An image's own registry, asked for no one but the asker. */
  Source upstream() {
    return upstream(limits.upstreamAnswer(), pulls);
  }

  Listings lists() {
    return lists;
  }

  Counts counts() {
    return counts;
  }

  /** How the cache and the upstreams are treated at the moment. */
  List<BreakerState> breakers() {
    return Stream.of(caches, pulls, tags).flatMap(b -> b.states().stream()).toList();
  }

  /** Counts the registries that the cache has been. */
  int incarnation() {
    return trust.incarnation();
  }

  /** Bytes in the windows of shared downloads. */
  long held() {
    return upstream.held();
  }

  @Override
  public void close() {
    watch.close();
  }
}
