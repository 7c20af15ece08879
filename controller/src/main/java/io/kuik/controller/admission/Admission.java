package io.kuik.controller.admission;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.kuik.controller.json.Json;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.PodFilter;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.rewrite.PodPatch;
import io.kuik.controller.rewrite.PodRewrite;
import io.kuik.controller.rewrite.Untouched;
import io.kuik.controller.servable.Servability;
import io.kuik.model.ImageReference;
import io.kuik.model.RewrittenName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers an AdmissionReview of a pod. The answer is always yes; the patch is all that it may add. */
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final PodFilter filter;
  private final ImageRules rules;
  private final RewrittenName names;
  private final Servability servability;
  private final ControllerMetrics metrics;

  /** Wires the rules and who is asked about an image. */
  public Admission(PodFilter filter, ImageRules rules, RewrittenName names, Servability servability,
      ControllerMetrics metrics) {
    this.filter = filter;
    this.rules = rules;
    this.names = names;
    this.servability = servability;
    this.metrics = metrics;
  }

  /**
   * Reviews a pod.
   *
   * @return the AdmissionReview to answer with; empty if the body is none
   */
  public Optional<byte[]> review(byte[] body) {
    JsonObject request;
    try {
      request = Json.object(JsonParser.parseString(new String(body, StandardCharsets.UTF_8)), "request");
    } catch (JsonParseException e) {
      return Optional.empty();
    }
    Optional<String> uid = Json.text(request, "uid");
    if (uid.isEmpty()) {
      return Optional.empty();
    }
    return Optional
        .of(answer(uid.get(), patchOrNothing(request)).toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever goes wrong with us, the pod is admitted as it is. */
  private JsonArray patchOrNothing(JsonObject request) {
    try {
      return patch(request);
    } catch (RuntimeException e) {
      LOG.error("review failed, pod admitted as it is: namespace={}",
          LogWord.of(Json.text(request, "namespace").orElse("")), e);
      metrics.reviewFailed();
      return new JsonArray();
    }
  }

  private JsonArray patch(JsonObject request) {
    JsonObject pod = Json.object(request, "object");
    boolean create = Json.text(request, "operation").orElse("").equals("CREATE");
    PodView view = PodView.of(pod);
    // The API server filters already, where it can: an old cert-manager (before 1.12) drops the match
    // conditions
    // when it writes its certificate authority into the webhook's configuration.
    if (!filter.admits(Json.text(request, "namespace").orElse(view.namespace()), view)) {
      return new JsonArray();
    }
    Optional<PodView> before = create
        ? Optional.empty()
        : Optional.of(PodView.of(Json.object(request, "oldObject")));
    Map<PodContainer, ImageRules.Classified> classified = PodRewrite.classify(rules, view, before);
    Map<ImageReference, Untouched> obstacles = servability.obstacles(wanted(classified));
    PodRewrite rewrite = PodRewrite.decide(classified, obstacles, names);
    Optional<JsonArray> patch = PodPatch.of(pod, rewrite, before);
    if (patch.isEmpty()) {
      LOG.info("pod admitted as it is, with our annotations it would have too many: pod={}",
          name(request, view));
      return new JsonArray();
    }
    log(request, view, rewrite);
    return patch.get();
  }

  private static Set<ImageReference> wanted(Map<PodContainer, ImageRules.Classified> classified) {
    var images = new LinkedHashSet<ImageReference>();
    classified.values().forEach(c -> {
      if (c instanceof ImageRules.Wanted w) {
        images.add(w.image());
      }
    });
    return images;
  }

  private void log(JsonObject request, PodView pod, PodRewrite rewrite) {
    String name = name(request, pod);
    for (PodRewrite.Decision decision : rewrite.decisions()) {
      String container = LogWord.of(decision.container().name());
      switch (decision) {
        case PodRewrite.Rewritten r -> {
          metrics.imageReviewed("Rewritten");
          LOG.info("image rewritten pod={} container={} image={} name={}", name, container,
              LogWord.of(r.original()), LogWord.of(r.name()));
        }
        case PodRewrite.Left l -> {
          metrics.imageReviewed(l.why().reason());
          LOG.info("image left as it is pod={} container={} image={} reason={} message=\"{}\"", name,
              container,
              LogWord.of(l.original()), l.why().reason(), LogWord.of(l.why().message()));
        }
        case PodRewrite.Kept k ->
          LOG.debug("image named in other words, name kept pod={} container={} name={}",
              name, container, LogWord.of(k.name()));
      }
    }
  }

  private static String name(JsonObject request, PodView pod) {
    return LogWord.of(Json.text(request, "namespace").orElse(pod.namespace()) + "/" + pod.name());
  }

  private static JsonObject answer(String uid, JsonArray patch) {
    var response = new JsonObject();
    response.addProperty("uid", uid);
    response.addProperty("allowed", true);
    if (!patch.isEmpty()) {
      response.addProperty("patchType", "JSONPatch");
      response.addProperty("patch",
          Base64.getEncoder().encodeToString(patch.toString().getBytes(StandardCharsets.UTF_8)));
    }
    var review = new JsonObject();
    review.addProperty("apiVersion", "admission.k8s.io/v1");
    review.addProperty("kind", "AdmissionReview");
    review.add("response", response);
    return review;
  }
}
