package io.kuik.proxy.stream;

import io.kuik.model.Digest;
import io.kuik.proxy.request.PullRequest.BlobRead;
import io.kuik.proxy.source.Body;
import io.kuik.proxy.source.Content.Blob;
import io.kuik.proxy.source.Source;
import io.kuik.proxy.stream.ProvenBody.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes what a registry sends into bodies that are proven by the rules, and go on after they broke. */
public final class Bodies {
  private final Source cache;
  private final Source upstream;
  private final Trust trust;
  private final Counts counts;
  private final List<Duration> pauses;

  /** The rest of a broken body is asked for at these two, once after each pause. */
  public Bodies(Source cache, Source upstream, Trust trust, Counts counts, List<Duration> pauses) {
    this.cache = cache;
    this.upstream = upstream;
    this.trust = trust;
    this.counts = counts;
    this.pauses = List.copyOf(pauses);
  }

  /** A blob of the cache: hashed if there is a reason to, otherwise only its length is checked. */
  public Blob cached(BlobRead read, Blob raw) {
    boolean hashed = raw.header().status() == 200 && trust.suspects(read.digest());
    int incarnation = trust.incarnation();
    return steady(read, raw, hashed, List.of(cache, upstream), new Verdict() {
      @Override
      public void right() {
        if (hashed) {
          trust.proven(read.digest(), incarnation);
        }
      }

      @Override
      public void wrong() {
        trust.cacheWrong(read.digest());
      }
    });
  }

  /** A part of an upstream's blob; only its length can be checked. */
  Blob part(BlobRead read, Blob raw) {
    return steady(read, raw, false, List.of(upstream, cache), upstreamVerdict(read));
  }

  private Blob steady(BlobRead read, Blob raw, boolean hashed, List<Source> order, Verdict verdict) {
    Optional<Extent> range = Extent.of(raw.header());
    return range.map(r -> raw.with(new ProvenBody(Optional.of(raw.body()), r.start(), r.end(),
        proof(hashed, read.digest()), resume(read, order), verdict))).orElse(raw);
  }

  private static Optional<Proof> proof(boolean hashed, Digest digest) {
    return hashed ? Optional.of(new Proof(digest)) : Optional.empty();
  }

  /** A whole blob of an upstream, hashed. */
  ProvenBody whole(BlobRead read, Blob raw) {
    return new ProvenBody(Optional.of(raw.body()), 0, raw.length(), proof(true, read.digest()),
        resume(read, List.of(upstream, cache)), upstreamVerdict(read));
  }

  /** The rest of such a blob for a client that had the bytes before by another way. */
  Body rest(BlobRead read, long position, long length, Optional<Proof> before) {
    counts.addFellBehind();
    var own = new Resume(read, List.of(upstream, cache), pauses, () -> {
      // Nothing broke off: it is the client that was slow.
    });
    return new ProvenBody(Optional.empty(), position, length, before, own, upstreamVerdict(read));
  }

  private Resume resume(BlobRead read, List<Source> order) {
    return new Resume(read, order, pauses, counts::addResumed);
  }

  private Verdict upstreamVerdict(BlobRead read) {
    return new Verdict() {
      @Override
      public void right() {
        // Nothing to remember: an upstream's bytes are hashed every time.
      }

      @Override
      public void wrong() {
        trust.upstreamWrong(read.image().registry(), read.digest());
      }
    };
  }
}
