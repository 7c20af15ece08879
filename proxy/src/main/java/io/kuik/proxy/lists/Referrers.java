package io.kuik.proxy.lists;

import io.kuik.model.Digest;
import io.kuik.model.ImageReference;
import io.kuik.model.ManifestType;
import io.kuik.proxy.request.PullRequest.ManifestRead;
import io.kuik.proxy.request.PullRequest.ReferrersRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.request.Wanted;
import io.kuik.proxy.serve.Outcome;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Answer;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.Content.WholeManifest;
import io.kuik.proxy.source.ListAnswer;
import io.kuik.proxy.source.ListAnswer.Got;
import io.kuik.proxy.source.ListSource;
import io.kuik.proxy.source.ManifestMemory;
import io.kuik.proxy.source.Source;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to a manifest. Signatures are added later than the image, so its registry is asked first: by
 * the referrers API, then for the tag that stands in for it (OCI distribution spec, "Referrers Tag Schema").
 * The cache, which has that tag where the worker was told to copy referrers, is for when the registry doesn't
 * say.
 */
final class Referrers {
  private static final String REST = "referrers/";
  private static final String FILTERS = "OCI-Filters-Applied";
  private static final String NONE = "{\"schemaVersion\":2,\"mediaType\":\"" + ManifestType.OCI_INDEX
      + "\",\"manifests\":[]}\n";
  private static final Wanted INDEX = new Wanted(false, List.of(ManifestType.OCI_INDEX), Optional.empty());

  private final ListSource upstream;
  private final Source upstreamTag;
  private final Source cacheTag;

  Referrers(ListSource upstream, Source upstreamTag, Source cacheTag) {
    this.upstream = upstream;
    this.upstreamTag = upstreamTag;
    this.cacheTag = cacheTag;
  }

  Outcome read(ReferrersRead read) {
    String rest = REST + read.subject() + (read.query().isEmpty() ? "" : "?" + read.query());
    ListAnswer answer = upstream.list(read.of().image(), rest, ManifestType.OCI_INDEX);
    if (answer instanceof Got got && got.mediaType().startsWith(ManifestType.OCI_INDEX)) {
      return new Served(Origin.UPSTREAM, page(read, got), "");
    }
    return withoutApi(read, refusal(answer));
  }

  /** Why the API did not do; empty where the registry lives, and only knows no such question. */
  private static Optional<SpecError> refusal(ListAnswer answer) {
    return switch (answer) {
      case Got other -> {
        other.lease().close();
        yield Optional.empty();
      }
      case ListAnswer.Missing _ -> Optional.empty();
      case ListAnswer.Unavailable away when knowsNoSuchQuestion(away.error().status()) -> Optional.empty();
      case ListAnswer.Unavailable away -> Optional.of(away.error());
    };
  }

  /** Registries without the API answer to it what they answer to any address that they don't know. */
  private static boolean knowsNoSuchQuestion(int status) {
    return status == 400 || status == 405 || status == 406;
  }

  private Outcome withoutApi(ReferrersRead read, Optional<SpecError> refusal) {
    ManifestRead tag = tag(read.of().image(), read.subject());
    Optional<SpecError> failure = refusal;
    if (refusal.isEmpty()) {
      Answer answer = upstreamTag.ask(tag, INDEX);
      if (answer instanceof Answer.Found found) {
        return new Served(Origin.UPSTREAM, page(found.content()), "");
      }
      failure = answer instanceof Answer.Unavailable away ? Optional.of(away.error()) : Optional.empty();
    }
    if (cacheTag.ask(tag, INDEX) instanceof Answer.Found found) {
      String why = failure.map(SpecError::message).orElse("the registry has no list of referrers");
      return new Served(Origin.CACHE, page(found.content()), why);
    }
    // Not known is not the same as none: who looks for a signature must be told.
    return failure.<Outcome>map(Refused::new).orElseGet(Referrers::none);
  }

  /** Of an index that is found by its tag, all entries are sent: whoever asked for some filters them. */
  private static Content page(Content found) {
    return found instanceof WholeManifest whole
        ? new Content.Listing(new String(whole.manifest().bytes(), StandardCharsets.UTF_8),
            ManifestType.OCI_INDEX, Map.of(), whole.lease())
        : found;
  }

  private static Content page(ReferrersRead read, Got got) {
    var headers = new HashMap<>(
        NextPage.header(read.of(), REST + read.subject(), NextPage.query(got.links())));
    got.filtered().stream().findFirst().ifPresent(f -> headers.put(FILTERS, f));
    return new Content.Listing(got.body(), ManifestType.OCI_INDEX, headers, got.lease());
  }

  /** The spec has no 404 for this question. */
  private static Outcome none() {
    return new Served(Origin.UPSTREAM, new Content.Listing(NONE,
        ManifestType.OCI_INDEX, Map.of(), ManifestMemory.Lease.NONE), "");
  }

  private static ManifestRead tag(ImageReference repository, Digest subject) {
    String tag = subject.algorithm() + "-" + subject.hex();
    // The tag schema cuts what is longer than a tag may be.
    return new ManifestRead(new ImageReference(repository.registry(), repository.repository(),
        Optional.of(tag.substring(0, Math.min(tag.length(), 128))), Optional.empty()));
  }
}
