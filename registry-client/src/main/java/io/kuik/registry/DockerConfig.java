package io.kuik.registry;

import io.kuik.model.ImageReference;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Registries' credentials as Docker and Kubernetes keep them; which of them an image gets, and in which
 * order, is the kubelet's rule, so that what opens an image for a pod opens it for us.
 */
public final class DockerConfig {
  /** Docker's own names for its Hub; an image's name never has them. */
  private static final List<String> HUB_SERVERS = List.of("index.docker.io", "registry-1.docker.io");

  private final List<Entry> entries;
  private final int unreadable;

  /** A credential, and the server that it is written for. */
  public record Entry(String server, Credential credential) {
  }

  DockerConfig(List<Entry> entries, int unreadable) {
    this.entries = entries;
    this.unreadable = unreadable;
  }

  /**
   * Reads the JSON of a {@code kubernetes.io/dockerconfigjson} Secret, which is Docker's config.json.
   *
   * @throws IllegalArgumentException
   *           if it is no docker configuration; the message never quotes the content
   */
  public static DockerConfig parse(String json) {
    return DockerConfigJson.read(json, true);
  }

  /** Reads the JSON of a {@code kubernetes.io/dockercfg} Secret, the file's form of before Docker 1.7. */
  public static DockerConfig parseLegacy(String json) {
    return DockerConfigJson.read(json, false);
  }

  /** The credentials of several configurations together; for the same server, the first one's come first. */
  public static DockerConfig merge(List<DockerConfig> configs) {
    return new DockerConfig(configs.stream().flatMap(c -> c.entries.stream()).toList(),
        configs.stream().mapToInt(c -> c.unreadable).sum());
  }

  /**
   * Configurations, each as JSON, that together hold these entries, in this order: one, unless two
   * credentials are for the same server, of which a file has only one.
   */
  public static List<String> write(List<Entry> entries) {
    return DockerConfigJson.write(entries);
  }

  /** How many entries hold no credential that can be read. */
  public int unreadable() {
    return unreadable;
  }

  /**
   * What to show for this image, one after the other: the entry with the longest path that leads to it first.
   */
  public List<Entry> forImage(ImageReference image) {
    List<Entry> matching = entries.stream().filter(e -> ServerPattern.parse(e.server).matches(image))
        // The kubelet sorts the servers backwards, which puts a longer path before its beginning.
        .sorted(Comparator.comparing((Entry e) -> ServerPattern.parse(e.server).key()).reversed())
        .toList();
    var seen = new HashSet<Credential>();
    return (matching.isEmpty() && image.registry().equals(ImageReference.DOCKER_HUB)
        ? hubEntries()
        : matching.stream()).filter(e -> seen.add(e.credential)).toList();
  }

  private Stream<Entry> hubEntries() {
    return HUB_SERVERS.stream()
        .map(server -> entries.stream().filter(e -> ServerPattern.parse(e.server).key().equals(server))
            .toList())
        .filter(found -> !found.isEmpty()).findFirst().stream().flatMap(List::stream);
  }
}
