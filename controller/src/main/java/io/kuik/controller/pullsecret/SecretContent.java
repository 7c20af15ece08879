package io.kuik.controller.pullsecret;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import io.kuik.model.ImageReference;
import io.kuik.registry.DockerConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** One pull secret as it was found: whatever is wrong with it, the others are none the worse for it. */
record SecretContent(LookedAt looked, DockerConfig config) {
  /** Of a megabyte that a Secret may have, a docker configuration needs a few hundred bytes. */
  private static final int BYTES = 64 << 10;

  static SecretContent of(ObjectName name, SecretStore store, ImageReference image) {
    if (name.namespace().isEmpty()) {
      return skipped(name, LookedAt.State.INVALID, "spec.pullSecretsNamespace says nothing");
    }
    if (!name.legal()) {
      return skipped(name, LookedAt.State.INVALID, "no Secret can be called so");
    }
    return switch (store.secret(name)) {
      case SecretStore.Found found -> read(name, found.object(), image);
      case SecretStore.Missing missing -> skipped(name, LookedAt.State.NOT_FOUND, "");
      case SecretStore.Forbidden forbidden -> skipped(name, LookedAt.State.FORBIDDEN, "");
    };
  }

  private static SecretContent read(ObjectName name, JsonObject secret, ImageReference image) {
    String type = Json.text(secret, "type").orElse("");
    return switch (type) {
      case "kubernetes.io/dockerconfigjson" ->
        parsed(name, encoded(secret, ".dockerconfigjson"), DockerConfig::parse, image);
      case "kubernetes.io/dockercfg" ->
        parsed(name, encoded(secret, ".dockercfg"), DockerConfig::parseLegacy, image);
      default ->
        skipped(name, LookedAt.State.WRONG_TYPE, "its type is " + (type.isEmpty() ? "Opaque" : type));
    };
  }

  private static String encoded(JsonObject secret, String key) {
    return Json.text(secret, "data", key).orElse("");
  }

  private static SecretContent parsed(ObjectName name, String base64, Function<String, DockerConfig> parser,
      ImageReference image) {
    if (base64.length() > BYTES / 3 * 4) {
      return skipped(name, LookedAt.State.TOO_LARGE, "it has more than " + (BYTES >> 10) + " KiB");
    }
    try {
      DockerConfig config = parser.apply(decoded(base64));
      boolean matching = !config.forImage(image).isEmpty();
      String rest = config.unreadable() == 0
          ? ""
          : config.unreadable() + " of its entries hold no credential";
      return new SecretContent(new LookedAt(name.toString(),
          matching ? LookedAt.State.MATCHING : LookedAt.State.NOT_MATCHING, rest), config);
    } catch (IllegalArgumentException e) {
      return skipped(name, LookedAt.State.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException quotesTheContent) {
      return "";
    }
  }

  private static SecretContent skipped(ObjectName name, LookedAt.State state, String message) {
    return new SecretContent(new LookedAt(name.toString(), state, message), DockerConfig.merge(List.of()));
  }
}
