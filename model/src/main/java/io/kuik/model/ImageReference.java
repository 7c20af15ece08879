package io.kuik.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image's name as containerd normalises it: registry, repository, and a tag, a digest or both.
 *
 * <p>
 * The grammar is the one of the distribution project's {@code reference} package, which kubelet and
 * containerd use.
 */
public record ImageReference(String registry, String repository, Optional<String> tag,
    Optional<Digest> digest) {
  /** What Docker Hub is called in every canonical name. */
  public static final String DOCKER_HUB = "docker.io";

  private static final Pattern DOMAIN = Pattern.compile(
      "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::([0-9]+))?");
  private static final Pattern PATH = Pattern
      .compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern BARE_DIGEST = Pattern.compile("[a-f0-9]{64}");
  /** The reference grammar's limit for a repository's name. */
  private static final int MAX_NAME = 255;
  private static final int MAX_PORT = 65_535;
  /** Far above any legal reference; text beyond it is not even looked at. */
  private static final int MAX_TEXT = 1024;

  /** Checks that at least one of tag and digest is there. */
  public ImageReference {
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("an image reference needs a tag or a digest");
    }
  }

  /**
   * Reads a reference as a user writes it in a pod: {@code nginx}, {@code host:5000/a/b:tag},
   * {@code a/b@sha256:...}.
   */
  public static ImageReference parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw new InvalidReferenceException(text, "it must have between 1 and " + MAX_TEXT + " characters");
    }
    if (BARE_DIGEST.matcher(text).matches()) {
      throw new InvalidReferenceException(text, "64 hexadecimal digits are an image ID, not a name");
    }
    int at = text.indexOf('@');
    Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(Digest.parse(text.substring(at + 1)));
    String named = at < 0 ? text : text.substring(0, at);
    int colon = named.lastIndexOf(':');
    boolean tagged = colon > named.lastIndexOf('/');
    Optional<String> tag = tagged
        ? Optional.of(checkTag(text, named.substring(colon + 1)))
        : Optional.empty();
    String name = tagged ? named.substring(0, colon) : named;
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    return named(text, name, tag, digest);
  }

  private static ImageReference named(String text, String name, Optional<String> tag,
      Optional<Digest> digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    String registry;
    String repository;
    if (isRegistry(first)) {
      registry = checkRegistry(text, first);
      repository = name.substring(slash + 1);
    } else {
      registry = DOCKER_HUB;
      repository = name;
    }
    if (registry.equals("index.docker.io")) {
      registry = DOCKER_HUB;
    }
    if (registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0) {
      repository = "library/" + repository;
    }
    if (!PATH.matcher(repository).matches()) {
      throw new InvalidReferenceException(text,
          "the repository must be lower-case letters and digits, separated by '.', '_', '__', '-' or '/'");
    }
    if (repository.length() > MAX_NAME) {
      throw new InvalidReferenceException(text,
          "the repository must not be longer than " + MAX_NAME + " characters");
    }
    return new ImageReference(registry, repository, tag, digest);
  }

  /**
   * The first segment is a registry if it has a dot, a colon or an upper-case letter, or is
   * {@code localhost}.
   */
  static boolean isRegistry(String first) {
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static String checkRegistry(String text, String host) {
    if (host.startsWith("[")) {
      throw new InvalidReferenceException(text,
          "a registry with an IPv6 address can't be carried in a rewritten image name");
    }
    Matcher domain = DOMAIN.matcher(host);
    if (!domain.matches()) {
      throw new InvalidReferenceException(text, "\"" + host + "\" is no registry host");
    }
    if (domain.group(1) != null && !isPort(domain.group(1))) {
      throw new InvalidReferenceException(text,
          "the registry's port must be a number from 1 to 65535 without leading zeros");
    }
    String lower = host.toLowerCase(Locale.ROOT);
    if (!isRegistry(lower)) {
      throw new InvalidReferenceException(text,
          "\"" + host
              + "\" is a registry only by its upper-case letters, which a rewritten image name can't carry");
    }
    return lower;
  }

  private static boolean isPort(String digits) {
    return digits.length() <= 5 && !digits.startsWith("0") && Integer.parseInt(digits) <= MAX_PORT;
  }

  private static String checkTag(String text, String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw new InvalidReferenceException(text,
          "the tag must be 1 to 128 letters, digits, '_', '.' or '-', and not begin with '.' or '-'");
    }
    if (tag.startsWith(CacheLocation.RESERVED_TAG)) {
      throw new InvalidReferenceException(text, "tags that begin with \"" + CacheLocation.RESERVED_TAG
          + "\" are reserved for images that are named by digest");
    }
    return tag;
  }

  /** Registry and repository, such as {@code docker.io/library/nginx}. */
  public String name() {
    return registry + "/" + repository;
  }

  /**
   * What the registry is asked for: the digest, which says exactly which bytes are meant, or else the tag.
   */
  public String version() {
    return digest.map(Digest::toString).or(() -> tag).orElseThrow();
  }

  /**
   * The one spelling that all spellings of this image share, such as {@code docker.io/library/nginx:latest}.
   */
  public String canonical() {
    return name() + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }

  @Override
  public String toString() {
    return canonical();
  }
}
