package io.kuik.controller.rewrite;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import io.kuik.controller.json.JsonPatch;
import io.kuik.controller.pod.HealedMark;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodView;
import io.kuik.model.ImageReference;
import io.kuik.model.InvalidReferenceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The JSON patch (RFC 6902) that carries a rewrite into a pod. */
public final class PodPatch {
  private static final String UNTOUCHED = "kuik.enix.io/untouched";
  private static final String ORIGINAL = "original-image-";
  private static final String ORIGINAL_INIT = "original-init-image-";
  /** Kubernetes' limit for the name part of an annotation's key. */
  private static final int KEY_LIMIT = 63;
  /** TotalAnnotationSizeLimitB of k8s.io/apimachinery: bytes of all keys and values. */
  private static final int ANNOTATIONS_LIMIT = 256 << 10;

  private final JsonObject pod;
  private final JsonPatch patch = new JsonPatch();

  private PodPatch(JsonObject pod) {
    // What the patch adds is noted in a copy, so that the caller's pod stays the one that the patch is for.
    this.pod = pod.deepCopy();
  }

  /**
   * The patch; no operations if the pod stays as it is, and empty if it would have more annotations than the
   * API server takes: a pod that is valid must stay so.
   *
   * @param before
   *          the pod before an update; empty if it is being created, and only then it is decided whether it
   *          counts as rewritten
   */
  public static Optional<JsonArray> of(JsonObject pod, PodRewrite rewrite, Optional<PodView> before) {
    var rewritten = new PodPatch(pod);
    boolean create = before.isEmpty();
    before.ifPresent(rewritten::putBack);
    rewritten.images(rewrite.decisions());
    if (rewrite.managed()) {
      rewritten.mark(rewrite, create);
      rewritten.explain(rewrite, create);
    }
    return Optional.of(rewritten.patch.operations()).filter(o -> o.isEmpty() || rewritten.fits());
  }

  private boolean fits() {
    return Json.strings(pod, "metadata", "annotations").entrySet().stream()
        .mapToLong(a -> utf8(a.getKey()).length + utf8(a.getValue()).length).sum() <= ANNOTATIONS_LIMIT;
  }

  /** What we noted in the pod, and the update lost: a replacement has only what its author wrote. */
  private void putBack(PodView before) {
    if (before.managed() && Json.text(pod, "metadata", "labels", PodView.MANAGED).isEmpty()) {
      set("labels", PodView.MANAGED, "true");
    }
    before.annotations().forEach((key, value) -> {
      if (noted(key) && Json.text(pod, "metadata", "annotations", key).isEmpty()) {
        set("annotations", key, value);
      }
    });
  }

  private static boolean noted(String key) {
    return Set.of(PodView.REWRITTEN, HealedMark.ANNOTATION, UNTOUCHED).contains(key) || saysOriginal(key);
  }

  private static boolean saysOriginal(String key) {
    return key.startsWith(ORIGINAL) || key.startsWith(ORIGINAL_INIT);
  }

  private void images(List<PodRewrite.Decision> decisions) {
    for (PodRewrite.Decision decision : decisions) {
      String wanted = switch (decision) {
        case PodRewrite.Rewritten r -> r.name();
        case PodRewrite.Left l -> l.original();
        case PodRewrite.Kept k -> k.name();
      };
      if (!decision.container().image().equals(wanted)) {
        patch.replace(imagePath(decision.container()), wanted);
      }
    }
  }

  private String imagePath(PodContainer container) {
    String list = container.init() ? "initContainers" : "containers";
    List<JsonObject> containers = Json.objects(pod, "spec", list);
    for (int i = 0; i < containers.size(); i++) {
      if (Json.text(containers.get(i), "name").orElse("").equals(container.name())) {
        return "/spec/" + list + "/" + i + "/image";
      }
    }
    throw new IllegalStateException(
        "container " + container.name() + " is not in the pod that it was read from");
  }

  private void mark(PodRewrite rewrite, boolean create) {
    set("labels", PodView.MANAGED, "true");
    // An update gets this far only if the pod was rewritten before, and may have lost the mark.
    boolean any = !create || rewrite.decisions().stream().anyMatch(PodRewrite.Rewritten.class::isInstance);
    set("annotations", PodView.REWRITTEN, String.valueOf(any));
  }

  /**
   * Notes each original name, and why an image was left alone; what a new pod brings along is never trusted.
   */
  private void explain(PodRewrite rewrite, boolean create) {
    JsonObject untouched = create ? new JsonObject() : explained();
    if (create) {
      dropForeign(rewrite);
      unset(HealedMark.ANNOTATION);
    }
    for (PodRewrite.Decision decision : rewrite.decisions()) {
      String key = originalKey(decision.container());
      switch (decision) {
        case PodRewrite.Rewritten r -> {
          untouched.remove(r.container().name());
          if (!keepsSpelling(r, key)) {
            set("annotations", key, r.original());
          }
        }
        case PodRewrite.Left l -> {
          unset(key);
          var why = new JsonObject();
          why.addProperty("reason", l.why().reason());
          why.addProperty("message", l.why().message());
          untouched.add(l.container().name(), why);
        }
        case PodRewrite.Kept kept -> {
          // What was said of it still holds.
        }
      }
    }
    if (untouched.isEmpty()) {
      unset(UNTOUCHED);
    } else {
      set("annotations", UNTOUCHED, untouched.toString());
    }
  }

  /** A copied manifest may bring the originals of containers that this pod doesn't have. */
  private void dropForeign(PodRewrite rewrite) {
    Set<String> own = rewrite.decisions().stream().map(d -> originalKey(d.container()))
        .collect(Collectors.toSet());
    Json.strings(pod, "metadata", "annotations").keySet().stream()
        .filter(k -> saysOriginal(k) && !own.contains(k))
        .forEach(this::unset);
  }

  /**
   * Whether the note of an earlier pass says the same image in its author's spelling, which the rewritten
   * name no longer has.
   */
  private boolean keepsSpelling(PodRewrite.Rewritten rewritten, String key) {
    if (!rewritten.container().image().equals(rewritten.name())) {
      return false;
    }
    try {
      return Json.text(pod, "metadata", "annotations", key).map(ImageReference::parse)
          .equals(Optional.of(ImageReference.parse(rewritten.original())));
    } catch (InvalidReferenceException e) {
      return false;
    }
  }

  private JsonObject explained() {
    try {
      return JsonParser.parseString(Json.text(pod, "metadata", "annotations", UNTOUCHED).orElse("{}"))
          .getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      return new JsonObject();
    }
  }

  /** The predecessor's key; a container's name that makes it too long is replaced by its SHA-1, as there. */
  static String originalKey(PodContainer container) {
    String prefix = container.init() ? ORIGINAL_INIT : ORIGINAL;
    String key = prefix + container.name();
    return key.length() <= KEY_LIMIT ? key : prefix + sha1(container.name());
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(utf8(text)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void set(String map, String key, String value) {
    JsonObject metadata = Json.object(pod, "metadata");
    if (!metadata.has(map) || metadata.get(map).isJsonNull()) {
      metadata.add(map, new JsonObject());
      patch.add(JsonPatch.pointer("metadata", map), new JsonObject());
    }
    if (!Json.text(metadata, map, key).orElse("").equals(value)) {
      metadata.getAsJsonObject(map).addProperty(key, value);
      patch.add(JsonPatch.pointer("metadata", map, key), value);
    }
  }

  private void unset(String annotation) {
    if (Json.at(pod, "metadata", "annotations", annotation).isPresent()) {
      Json.object(pod, "metadata", "annotations").remove(annotation);
      patch.remove(JsonPatch.pointer("metadata", "annotations", annotation));
    }
  }
}
