package io.kuik.cacheworker.copy;

import io.kuik.cacheworker.report.ByteSize;
import io.kuik.cacheworker.report.CopyFailure;
import io.kuik.model.Digest;
import io.kuik.registry.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a copy would do, as lines for people; it reads manifests, and writes nothing. */
public final class CopyPreview {
  private final CachedRepository cached;
  private final ImageLookup lookup;
  private final String tag;
  private final List<String> lines = new ArrayList<>();
  private long moved;
  private long there;

  /** The same parts as a copy's. */
  public CopyPreview(UpstreamImage upstream, CachedRepository cached, String tag, WantedPlatforms wanted) {
    this.cached = cached;
    this.lookup = new ImageLookup(upstream, cached, wanted);
    this.tag = tag;
  }

  /** One line for each manifest and blob, and a sum. */
  public List<String> run() {
    boolean tagged = cached.tag(tag).isPresent();
    Manifest top = lookup.resolve();
    CopyPlan plan = lookup.plan(top);
    line(lookup.wasThere(top.digest()), plan.children().isEmpty() ? "image" : "index", top.digest(),
        top.bytes().length, "");
    for (CopyPlan.Child child : plan.children()) {
      line(lookup.wasThere(child.manifest().digest()), "manifest", child.manifest().digest(),
          child.manifest().bytes().length, child.what());
    }
    plan.blobs().values().forEach(b -> blob(plan, b));
    plan.leftOut()
        .forEach((digest, why) -> lines.add("%-6s %-8s %s (%s)".formatted("skip", "manifest", digest, why)));
    lines.add("%s would be moved, %s is there already; the tag %s %s".formatted(ByteSize.text(moved),
        ByteSize.text(there), tag, tagged ? "exists" : "would be new"));
    return List.copyOf(lines);
  }

  private void blob(CopyPlan plan, CopyPlan.Blob blob) {
    Digest digest = blob.descriptor().digest();
    OptionalLong size = cached.blob(digest);
    List<String> users = plan.children().stream()
        .filter(c -> c.blobs().stream().anyMatch(b -> b.digest().equals(digest))).map(CopyPlan.Child::what)
        .distinct().toList();
    if (size.isPresent() && size.getAsLong() >= 0 && size.getAsLong() != blob.descriptor().size()) {
      CopyFailure damaged = CachedRepository.damaged(digest, "holds " + size.getAsLong() + " bytes");
      lines.add("%-6s %-8s %s (%s)".formatted("damage", "blob", digest, damaged.getMessage()));
    }
    line(size.isPresent(), "blob", digest, blob.descriptor().size(), String.join(" ", users));
  }

  private void line(boolean isThere, String kind, Digest digest, long size, String what) {
    if (isThere) {
      there += size;
    } else {
      moved += size;
    }
    lines.add(
        "%-6s %-8s %s %9s %s".formatted(isThere ? "there" : "move", kind, digest, ByteSize.text(size), what)
            .stripTrailing());
  }
}
