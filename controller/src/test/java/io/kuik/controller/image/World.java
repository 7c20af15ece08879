package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.CacheTags;
import io.kuik.controller.cache.HeldTags;
import io.kuik.controller.cache.Presence;
import io.kuik.controller.config.ControllerConfig.ImageFilter;
import io.kuik.controller.ops.ControllerMetrics;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.pullsecret.UserSecrets;
import io.kuik.controller.rewrite.ImageRules;
import io.kuik.controller.upstream.UpstreamBudgets;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.CacheLocation;
import io.kuik.model.CopyOutcome;
import io.kuik.model.ImageReference;
import io.kuik.model.Platform;
import io.kuik.model.PullBudget;
import io.kuik.model.RewrittenName;
import io.kuik.registry.Credential;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A reconciler with everything around it in memory, and a clock that the test turns. */
final class World extends HeldTags {
  final LinkedHashSet<String> queue = new LinkedHashSet<>();
  final MemoryStore store = new MemoryStore(queue::add);
  final UserSecrets users = new UserSecrets();
  final ControllerMetrics metrics = new ControllerMetrics();
  final List<RuntimeException> failures = new ArrayList<>();
  boolean registryAnswers = true;
  Optional<String> incarnation = Optional.of("registry-1");
  List<Platform> platforms = List.of(Platform.parse("linux/amd64"));
  Optional<PullBudget> budget = Optional.empty();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  ImagePlan.Rules rules = new ImagePlan.Rules(new Expiry(Optional.empty()),
      new Refresh(Optional.empty(), Duration.ofHours(1), Optional.empty()));

  boolean usersKnown = true;
  /** The cache registry: in memory, unless it is another one. */
  CacheTags tags = this;
  boolean deletes = true;
  /** What images' own registries say: a digest, or an exception. */
  final Map<String, Supplier<String>> upstream = new HashMap<>();
  /** Every question to the cache registry whether a tag is there. */
  final List<CacheLocation> looks = new ArrayList<>();
  /** Every question to an image's own registry, with the users of its credentials. */
  final List<String> asked = new ArrayList<>();
  /** Every question whether it still has the image. */
  final List<String> glances = new ArrayList<>();

  private final Map<String, Instant> later = new HashMap<>();
  private final Map<String, PodView> podViews = new HashMap<>();
  private ImageUsage usage = usage();
  private ImageReconciler reconciler;
  CacheCheck check;
  private Departures departures;
  private final int copies;
  private int pods;

  World(int copies) {
    this.copies = copies;
    start();
  }

  private ImageUsage usage() {
    return new ImageUsage(
        new ImageRules(new ImageFilter(List.of(), List.of(), false), new RewrittenName(7439)), () -> now);
  }

  /** A new controller with these rules; what it knows is what it can see. */
  final void start() {
    usage = usage();
    podViews.values().forEach(usage::update);
    check = new CacheCheck(10, () -> now);
    departures = new Departures(store, usage, tags, metrics, () -> now);
    var pullSecrets = new PullSecrets(users, name -> Optional.ofNullable(podViews.get(name)));
    var news = new UpstreamNews(Runnable::run, time -> {
    }, queue::add, () -> now);
    var surroundings = new Surroundings(rules, () -> incarnation, () -> platforms, () -> usersKnown, tags,
        check, pullSecrets, news, () -> now);
    reconciler = new ImageReconciler(store, usage, surroundings, Samples.jobs(), new CopySlots(copies),
        new UpstreamBudgets(0.5, i -> budget, () -> now),
        new RefreshQuestion(pullSecrets, this::ask, this::glance),
        departures, queue::add, metrics);
    later.clear();
    queue.clear();
    store.gone = departures::noticed;
    lookAtAll();
  }

  private String ask(ImageReference image, List<Credential> credentials) {
    asked.add(image.canonical() + " " + credentials);
    return upstream.getOrDefault(image.canonical(), () -> Samples.DIGEST).get();
  }

  private void glance(ImageReference image, List<Credential> credentials) {
    glances.add(image.canonical());
    upstream.getOrDefault(image.canonical(), () -> Samples.DIGEST).get();
  }

  @Override
  public Presence presence(CacheLocation location) {
    looks.add(location);
    if (!registryAnswers) {
      return Presence.UNKNOWN;
    }
    return super.presence(location);
  }

  @Override
  public boolean delete(CacheLocation location) {
    if (!deletes) {
      throw new IllegalStateException("the registry does not delete");
    }
    return super.delete(location);
  }

  /** Creates a pod with these images. */
  void use(String pod, String... images) {
    use(Samples.pod(pod, true, "Running", images));
  }

  /** The same with all that a pod may say. */
  void use(PodView pod) {
    podViews.put(pod.key(), pod);
    queue.addAll(usage.update(pod));
    settle();
  }

  /** Creates a pod, and nobody looks at its images. */
  void useUnlooked(String pod, String... images) {
    PodView view = Samples.pod(pod, true, "Running", images);
    podViews.put(view.key(), view);
    usage.update(view);
  }

  /** Has a CachedImage name another image. */
  void changeSource(String name, String image) {
    CachedImage before = store.image(name);
    store.images.get(name).getAsJsonObject("metadata").addProperty("generation", before.generation() + 1);
    store.edit(name, "{'spec': {'sourceImage': '" + image + "'}}");
    departures.noticed(before);
    queue.add(before.key());
    settle();
  }

  /** Status and reason of the condition UpstreamAvailable of the only CachedImage of an image. */
  Map<String, String> upstreamAvailable(String image) {
    return only(image).status().upstream().condition().map(c -> Map.of(c.status(), c.reason()))
        .orElse(Map.of());
  }

  /** Deletes a pod. */
  void unuse(String pod) {
    podViews.remove("n/" + pod);
    queue.addAll(usage.remove(Samples.pod(pod, true, "Running")));
    settle();
  }

  /** Deletes a pod while no controller lives; {@link #start} follows. */
  void unuseUnseen(String pod) {
    podViews.remove("n/" + pod);
  }

  /** Looks at what is to be looked at, until nothing is left; a failed look is put off for a second. */
  void settle() {
    for (int turns = 0; !queue.isEmpty(); turns++) {
      if (turns > 1000) {
        throw new IllegalStateException("never settles: " + queue);
      }
      String key = queue.removeFirst();
      try {
        reconciler.reconcile(key).ifPresent(delay -> again(key, delay));
      } catch (RuntimeException e) {
        failures.add(e);
        again(key, Duration.ofSeconds(1));
      }
    }
  }

  private void again(String key, Duration delay) {
    if (delay.isZero()) {
      queue.add(key);
    } else {
      later.merge(key, now.plus(delay), (a, b) -> a.isBefore(b) ? a : b);
    }
  }

  /** Lets time pass, and what is due be looked at. */
  void pass(Duration time) {
    now = now.plus(time);
    later.entrySet().removeIf(e -> !e.getValue().isAfter(now) && queue.add(e.getKey()));
    settle();
  }

  /** Lets time pass in steps that no timer is too short for. */
  void passSlowly(Duration time, Duration step) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      pass(step);
    }
  }

  /** Deletes a CachedImage as a user does. */
  void deleteByHand(String image) {
    store.delete(only(image));
    settle();
  }

  /** Whether the cache holds an image that everybody may have. */
  boolean holds(String image) {
    return held.contains(CacheLocation.of(ImageReference.parse(image)));
  }

  /** Has everything looked at, as a change of the surroundings does. */
  void lookAtAll() {
    store.images.values().forEach(i -> queue.add(CachedImage.of(i).key()));
    settle();
  }

  /** The Jobs that copy at the moment: their pods have not ended. */
  List<String> copying() {
    return store.jobs.values().stream().map(JobView::of)
        .filter(j -> CopyProgress.of(Optional.of(j), store.workers(j.name())) instanceof CopyProgress.Running)
        .map(JobView::sourceImage).toList();
  }

  /** The Job that copies an image. */
  JobView job(String image) {
    return store.job(ImageNames.job(ImageReference.parse(image))).orElseThrow();
  }

  /** Ends an image's worker with this outcome; a Job that will not try again fails with it. */
  void end(String image, CopyOutcome outcome) {
    end(image, outcome, CacheLocation.of(ImageReference.parse(image)));
  }

  /** The same with a copy that is kept somewhere else. */
  void end(String image, CopyOutcome outcome, CacheLocation place) {
    end(image, outcome, place, Samples.report(outcome, ImageReference.parse(image).canonical(), place));
  }

  /** Ends an image's worker with this outcome and report. */
  void end(String image, CopyOutcome outcome, String report) {
    end(image, outcome, CacheLocation.of(ImageReference.parse(image)), report);
  }

  private void end(String image, CopyOutcome outcome, CacheLocation place, String report) {
    ImageReference reference = ImageReference.parse(image);
    String name = ImageNames.job(reference);
    JsonObject job = store.jobs.get(name);
    String pod = name + "-" + ++pods;
    store.pods.put(pod, Samples.ended(pod, name, JobView.of(job).uid(), outcome.exitCode(), "",
        report));
    if (outcome.cached()) {
      held.add(place);
    } else {
      job.add("status",
          Samples.json("{'conditions': [{'type': 'Failed', 'status': 'True', 'reason': 'x'}]}"));
    }
    queue.add(reference.canonical());
    settle();
  }

  /** The condition's reason of the only CachedImage of an image. */
  String reason(String image) {
    return only(image).status().condition().map(CachedImage.Condition::reason).orElse("none");
  }

  CachedImage only(String image) {
    List<CachedImage> found = store.find(ImageReference.parse(image).canonical());
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " CachedImages of " + image);
    }
    return found.getFirst();
  }
}
