package io.kuik.controller.pullsecret;

import io.kuik.controller.json.Json;
import io.kuik.controller.pod.PodView;
import io.kuik.model.ImageReference;
import io.kuik.registry.DockerConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the credentials for an image in the pull secrets of those who use it, as the kubelet would for each
 * of its pods.
 */
public final class PullSecrets {
  /** An image of thousands of pods must not make us read thousands of Secrets. */
  static final int SECRETS = 10;
  /** Each is a request that a registry may answer with no. */
  static final int CREDENTIALS = 10;

  private final SecretStore store;
  private final Function<String, Optional<PodView>> pods;

  /** What there is for an image, in the order in which it is to be tried, and where it was looked for. */
  public record Found(List<DockerConfig.Entry> entries, List<LookedAt> looked) {
    /** Nothing, and nowhere. */
    public static final Found NOTHING = new Found(List.of(), List.of());
  }

  /** Pods are found by namespace and name. */
  public PullSecrets(SecretStore store, Function<String, Optional<PodView>> pods) {
    this.store = store;
    this.pods = pods;
  }

  /**
   * Reads the Secrets that a CachedImage names itself, then those of its pods.
   *
   * @param own
   *          named by hand
   * @param users
   *          keys of the pods that use the image
   */
  public Found find(ImageReference image, List<ObjectName> own, Collection<String> users) {
    var looked = new ArrayList<LookedAt>();
    var configs = new ArrayList<DockerConfig>();
    for (ObjectName name : withAccounts(named(own, users), users)) {
      SecretContent content = SecretContent.of(name, store, image);
      looked.add(content.looked());
      configs.add(content.config());
    }
    List<DockerConfig.Entry> entries = DockerConfig.merge(configs).forImage(image);
    return new Found(entries.stream().limit(CREDENTIALS).toList(), looked);
  }

  /** The Secrets that are named by hand and by the pods themselves, in the order in which they are read. */
  public Set<ObjectName> named(List<ObjectName> own, Collection<String> users) {
    var names = new LinkedHashSet<ObjectName>(own);
    for (String user : users.stream().sorted().toList()) {
      if (names.size() >= SECRETS) {
        break;
      }
      pods.apply(user).ifPresent(
          pod -> pod.pullSecrets().forEach(n -> names.add(new ObjectName(pod.namespace(), n))));
    }
    return limited(names);
  }

  private Set<ObjectName> withAccounts(Set<ObjectName> named, Collection<String> users) {
    var names = new LinkedHashSet<ObjectName>(named);
    var accounts = new HashSet<ObjectName>();
    for (String user : users.stream().sorted().toList()) {
      if (names.size() >= SECRETS || accounts.size() >= SECRETS) {
        break;
      }
      pods.apply(user).filter(p -> p.pullSecrets().isEmpty())
          .map(p -> new ObjectName(p.namespace(), p.serviceAccount()))
          .filter(a -> a.legal() && accounts.add(a)).ifPresent(a -> ofAccount(a).forEach(names::add));
    }
    return limited(names);
  }

  private static Set<ObjectName> limited(Set<ObjectName> names) {
    return new LinkedHashSet<>(names.stream().limit(SECRETS).toList());
  }

  /** The API server puts them into each pod at its creation; this is for pods from before they were named. */
  private Stream<ObjectName> ofAccount(ObjectName account) {
    return store.serviceAccount(account) instanceof SecretStore.Found found
        ? Json.objects(found.object(), "imagePullSecrets").stream()
            .flatMap(r -> Json.text(r, "name").stream())
            .map(n -> new ObjectName(account.namespace(), n))
        : Stream.empty();
  }
}
