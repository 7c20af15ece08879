package io.kuik.proxy.lists;

import io.kuik.proxy.request.PullRequest.TagsRead;
import io.kuik.proxy.serve.Outcome;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.ListAnswer;
import io.kuik.proxy.source.ListAnswer.Got;
import io.kuik.proxy.source.ListSource;
import io.kuik.registry.RegistryException;
import io.kuik.registry.TagList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tags of a repository: those of its registry, for the cache has only what pods used. When the registry can't
 * say them, those in the cache are better than none.
 */
final class Tags {
  private static final String REST = "tags/list";
  private static final String JSON = "application/json";

  private final ListSource upstream;
  private final ListSource cache;

  Tags(ListSource upstream, ListSource cache) {
    this.upstream = upstream;
    this.cache = cache;
  }

  Outcome read(TagsRead read) {
    String rest = read.query().isEmpty() ? REST : REST + "?" + read.query();
    return switch (upstream.list(read.of().image(), rest, JSON)) {
      case Got got -> fromUpstream(read, got);
      case ListAnswer.Missing missing -> fromCache(read, new Refused(missing.error()));
      case ListAnswer.Unavailable away -> fromCache(read, new Refused(away.error()));
    };
  }

  private Outcome fromUpstream(TagsRead read, Got got) {
    String who = read.of().image().registry();
    try {
      List<String> tags = TagList.read(got.body(), who);
      Optional<String> more = NextPage.query(got.links());
      // A registry that knows no pages sends all tags at each question.
      boolean paged = more.isPresent() || tags.size() <= read.most().orElse(Integer.MAX_VALUE);
      Content page = paged
          ? listing(read, TagPage.served(tags), read.most().orElse(1) == 0 ? Optional.empty() : more, got)
          : cut(read, tags, got);
      return new Served(Origin.UPSTREAM, page, "");
    } catch (RegistryException.Unsupported e) {
      got.lease().close();
      return fromCache(read, new Refused(Listings.unusable(who, e)));
    }
  }

  private Outcome fromCache(TagsRead read, Refused refused) {
    if (!(cache.list(read.of().image(), REST, JSON) instanceof Got got)) {
      return refused;
    }
    try {
      List<String> tags = TagPage.served(TagList.read(got.body(), "the cache registry"));
      if (!tags.isEmpty()) {
        return new Served(Origin.CACHE, cut(read, tags, got), refused.error().message());
      }
    } catch (RegistryException.Unsupported e) {
      // As if it had none: what the upstream said is the answer.
    }
    got.lease().close();
    return refused;
  }

  private static Content cut(TagsRead read, List<String> all, Got got) {
    TagPage page = TagPage.of(all, read.most(), read.last());
    return listing(read, page.tags(), page.next().map(l -> NextPage.after(l, read.most().orElse(0))), got);
  }

  private static Content listing(TagsRead read, List<String> tags, Optional<String> more, Got got) {
    Map<String, String> headers = NextPage.header(read.of(), REST, more);
    return new Content.Listing(TagPage.json(read.of().name(), tags), JSON, headers, got.lease());
  }
}
