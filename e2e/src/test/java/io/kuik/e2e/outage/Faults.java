package io.kuik.e2e.outage;

import static io.kuik.e2e.outage.Expected.BROKEN;
import static io.kuik.e2e.outage.Expected.RIGHT;
import static io.kuik.e2e.outage.Expected.RIGHT_AT_LAST;
import static io.kuik.e2e.outage.Expected.error;
import static io.kuik.e2e.outage.Expected.tooMany;
import static io.kuik.e2e.outage.Fault.Where.BOTH;
import static io.kuik.e2e.outage.Fault.Where.REGISTRY;
import static io.kuik.e2e.outage.Fault.Where.UPSTREAM;

import io.kuik.e2e.bed.Bed;
import java.util.List;
import java.util.stream.Stream;

/** The rows of the matrix. */
public final class Faults {
  private static final String CLIENT = Bed.STATE.resolve("bin/pull").toString();
  private static final Expected AWAY = error(500, 502, 503, 504);

  private Faults() {
  }

  /** All of them, or the few that every test run makes. */
  public static List<Fault> rows(boolean all) {
    return Stream.of(upstream(), registry(), both()).flatMap(List::stream).filter(f -> all || f.quick())
        .toList();
  }

  private static Fault upstream(String what, Expected uncached, String... commands) {
    return Fault.of(UPSTREAM, what, RIGHT, uncached, RIGHT, commands);
  }

  private static List<Fault> upstream() {
    return List.of(upstream("refuses connections", AWAY, "internet cut docker.io"),
        upstream("hangs: packets vanish", AWAY, "internet hang docker.io").always(),
        upstream("its blobs' host refuses connections", BROKEN,
            "internet cut production.cloudflare.docker.com"),
        upstream("its blobs' host hangs", BROKEN, "internet hang production.cloudflare.docker.com"),
        upstream("429 to everything", tooMany(), "internet refuse docker.io 429 --retry-after 77").always(),
        upstream("401 to everything", error(401), "internet refuse docker.io 401"),
        upstream("404: the images are deleted", error(404),
            "internet delete {cached} {latest} {uncached}"),
        upstream("500 to everything", error(500), "internet refuse docker.io 500"),
        upstream("503 to everything", error(503), "internet refuse docker.io 503"),
        upstream("bodies drip: 200 kB/s", RIGHT, "internet slow docker.io 200000"),
        upstream("the first two bodies break off", RIGHT, "internet break docker.io 200000 --times 2"),
        upstream("every body breaks off", BROKEN, "internet break docker.io 200000"),
        upstream("a wrong byte in every blob", BROKEN, "internet damage docker.io").always(),
        upstream("DNS of the internet refuses", AWAY, "internet cut resolver")
            .whoseUncachedImageIsOf("old.example.test"),
        upstream("DNS of the internet hangs", AWAY, "internet hang resolver")
            .whoseUncachedImageIsOf("private.example.test"),
        upstream("the node's DNS refuses", AWAY, "internet cut resolver@n1")
            .whoseUncachedImageIsOf("hanging.example.test"),
        upstream("the node's DNS hangs", AWAY, "internet hang resolver@n1")
            .whoseUncachedImageIsOf("nowhere.example.test"));
  }

  private static Fault registry(String what, String... commands) {
    return Fault.of(REGISTRY, what, RIGHT, RIGHT, RIGHT, commands);
  }

  private static List<Fault> registry() {
    return List.of(registry("refuses connections", "cache cut"),
        registry("hangs: packets vanish", "cache hang"),
        registry("hangs: the process stands still", "cache stop").always(),
        registry("500: can't read its storage", "cache fail"),
        registry("a wrong byte in every cached layer", "cache damage {layer}").always(),
        registry("a wrong byte in layers that were served a moment ago",
            "nodex n1 " + CLIENT + " {cached}:1", "nodex n1 " + CLIENT + " {latest}:latest",
            "cache damage {layer}"),
        // By then the proxy only counts bytes, and the client finds the wrong one.
        Fault.of(REGISTRY, "a wrong byte in layers that were served a minute ago", RIGHT_AT_LAST, RIGHT,
            RIGHT_AT_LAST, "nodex n1 " + CLIENT + " {cached}:1", "nodex n1 " + CLIENT + " {latest}:latest",
            "nodex n1 sleep 61", "cache damage {layer}"),
        registry("its volume is full", "cache fill"));
  }

  private static List<Fault> both() {
    return List.of(
        Fault.of(BOTH, "both refuse connections", AWAY, AWAY, AWAY, "internet cut docker.io", "cache cut"),
        Fault.of(BOTH, "both hang", AWAY, AWAY, AWAY, "internet hang docker.io", "cache hang").always(),
        Fault.of(BOTH, "registry stands still, upstream 429", tooMany(), tooMany(), tooMany(), "cache stop",
            "internet refuse docker.io 429 --retry-after 77"),
        Fault.of(BOTH, "registry refuses, upstream 401", error(401), error(401), error(401), "cache cut",
            "internet refuse docker.io 401"),
        Fault.of(BOTH, "registry refuses, images deleted upstream", error(404, 502, 503, 504), error(404),
            error(404, 502, 503, 504), "cache cut", "internet delete {cached} {latest} {uncached}"),
        Fault.of(BOTH, "both 500", AWAY, AWAY, AWAY, "cache fail", "internet refuse docker.io 500"),
        Fault.of(BOTH, "registry refuses, upstream drips", RIGHT, RIGHT, RIGHT, "cache cut",
            "internet slow docker.io 200000"),
        Fault.of(BOTH, "wrong byte in the cache, upstream refuses", BROKEN, AWAY, BROKEN,
            "cache damage {layer}", "internet cut docker.io"),
        Fault.of(BOTH, "wrong bytes in both", BROKEN, BROKEN, BROKEN, "cache damage {layer}",
            "internet damage docker.io"));
  }
}
