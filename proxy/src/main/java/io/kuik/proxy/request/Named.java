package io.kuik.proxy.request;

import io.kuik.model.ImageReference;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A repository, and how the client called it, which is how we call it in turn.
 *
 * @param image
 *          any image of the repository
 * @param name
 *          between {@code /v2/} and the kind of content
 * @param mirrored
 *          the registry in {@code ?ns=}, if it was named there
 */
public record Named(ImageReference image, String name, Optional<String> mirrored) {
  /** An address of ours for something in this repository; the query is raw. */
  public String address(String rest, String query) {
    String namespace = mirrored.map(ns -> "ns=" + URLEncoder.encode(ns, StandardCharsets.UTF_8)).orElse("");
    String both = query.isEmpty() || namespace.isEmpty() ? query + namespace : query + "&" + namespace;
    return "/v2/" + name + "/" + rest + (both.isEmpty() ? "" : "?" + both);
  }
}
