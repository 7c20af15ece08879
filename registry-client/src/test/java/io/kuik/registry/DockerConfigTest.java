package io.kuik.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kuik.model.ImageReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which credentials of a docker configuration an image gets: what the kubelet would try, in its order. */
class DockerConfigTest {
  private static final Credential LOGIN = new Credential.Password("u", "p");

  private static ImageReference image(String text) {
    return ImageReference.parse(text);
  }

  /** A configuration that has, for each server, a user that is called like it. */
  private static DockerConfig config(String... servers) {
    return DockerConfig.parse("{\"auths\":{" + List.of(servers).stream()
        .map(s -> "\"" + s + "\":{\"username\":\"" + s + "\",\"password\":\"p\"}")
        .collect(Collectors.joining(",")) + "}}");
  }

  private static List<String> users(DockerConfig config, String image) {
    return config.forImage(image(image)).stream().map(e -> ((Credential.Password) e.credential()).username())
        .toList();
  }

  private static List<Credential> entry(String json) {
    return DockerConfig.parse("{\"auths\":{\"q.io\":" + json + "}}").forImage(image("q.io/a")).stream()
        .map(DockerConfig.Entry::credential).toList();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
      // Docker Hub, by all its names
      "https://index.docker.io/v1/, nginx, true", "http://index.docker.io/v1/, nginx, true",
      "index.docker.io, nginx, true", "index.docker.io/v1/, nginx, true", "index.docker.io/, nginx, true",
      "https://index.docker.io/v2/, docker.io/team/app, true", "docker.io, nginx, true",
      "https://docker.io, nginx, true", "docker.io/library, nginx, true", "docker.io/team, nginx, false",
      "docker.io/team, team/app, true", "registry-1.docker.io, nginx, true",
      "https://registry-1.docker.io/v2/, nginx, true", "docker.com, nginx, false",
      "index.docker.io, quay.io/a/b, false", "registry-1.docker.io, quay.io/a/b, false",
      "*.docker.io, nginx, false",
      // hosts
      "quay.io, quay.io/a/b, true", "quay.io, nginx, false", "https://quay.io, quay.io/a/b, true",
      "http://quay.io, quay.io/a/b, true", "https://quay.io/, quay.io/a/b, true",
      "https://quay.io/v1/, quay.io/a/b, true", "https://quay.io/v2/, quay.io/a/b, true",
      "https://quay.io/v2, quay.io/a/b, false", "quay.io, notquay.io/a/b, false",
      "quay.io, sub.quay.io/a, false", "io, quay.io/a/b, false", "QUAY.io, quay.io/a/b, false",
      // ports
      "https://host:5000, host:5000/a, true", "host:5000, host:5000/a, true", "host, host:5000/a, false",
      "host.io:5000, host.io/a, false", "host:5000, host:5001/a, false", "host:443, host:443/a, true",
      "*:5000, host:5000/a, true", "localhost:5000/a, localhost:5000/a/b, true",
      // globs, each within a part of the host
      "*.example.com, r.example.com/a, true", "*.example.com, example.com/a, false",
      "*.example.com, a.b.example.com/a, false", "*.*.example.com, a.b.example.com/a, true",
      "r*.example.com, r1.example.com/a, true", "r*.example.com, s1.example.com/a, false",
      "*r.example.com, aurar.example.com/a, true", "r?.example.com, r1.example.com/a, true",
      "r?.example.com, r.example.com/a, false", "r[0-9].example.com, r1.example.com/a, true",
      "r[0-9].example.com, rx.example.com/a, false", "r[^0-9].example.com, rx.example.com/a, true",
      "r[0-9.example.com, r1.example.com/a, false", "*.*.*, quay.io/a, false", "*.*, quay.io/a, true",
      "*, quay.io/a, false", "r\\\\1.example.com, r1.example.com/a, true",
      "123.dkr.ecr.*.amazonaws.com, 123.dkr.ecr.eu-west-1.amazonaws.com/a, true",
      // paths are beginnings, without globs and not part by part
      "quay.io/a, quay.io/a/b, true", "quay.io/a/, quay.io/a/b, true", "quay.io/a/b, quay.io/a/b, true",
      "quay.io/x, quay.io/a/b, false", "quay.io/a/b/c, quay.io/a/b, false", "quay.io/a, quay.io/ab/c, true",
      "quay.io/*, quay.io/a/b, false", "https://quay.io/v2/a, quay.io/a/b, true",
      "*.io/a, quay.io/a/b, true", "quay.io/a:tag, quay.io/a:tag, false",
      // nonsense
      "'', quay.io/a, false", "/, quay.io/a, false", "https://, quay.io/a, false"})
  void aServerLeadsToAnImageOrNot(String server, String image, boolean leads) {
    assertEquals(leads ? 1 : 0, config(server).forImage(image(image)).size());
  }

  @Test
  void longerPathsComeFirstAndAllThatMatchAreTried() {
    DockerConfig config = config("q.io", "q.io/x/y", "*.io", "q.io/x", "other.io", "q.io/z");
    assertEquals(List.of("q.io/x/y", "q.io/x", "q.io", "*.io"), users(config, "q.io/x/y:1"));
  }

  @Test
  void theHubsOwnNamesCountOnlyIfNothingElseMatches() {
    assertEquals(List.of("docker.io"), users(config("https://index.docker.io/v1/", "docker.io"), "nginx"));
    assertEquals(List.of("https://index.docker.io/v1/"),
        users(config("registry-1.docker.io", "https://index.docker.io/v1/"), "nginx"));
  }

  @Test
  void severalConfigurationsAreOneWhereTheFirstComesFirst() {
    DockerConfig first = DockerConfig.parse("{\"auths\":{\"q.io\":{\"username\":\"a\",\"password\":\"1\"}}}");
    DockerConfig second = DockerConfig.parseLegacy(
        "{\"q.io\":{\"username\":\"b\",\"password\":\"2\"},\"q.io/x\":{\"username\":\"c\",\"password\":\"3\"}}");
    assertEquals(List.of("c", "a", "b"), users(DockerConfig.merge(List.of(first, second)), "q.io/x"));
    assertEquals(List.of("c", "b", "a"), users(DockerConfig.merge(List.of(second, first)), "q.io/x"));
  }

  @Test
  void theSameCredentialIsTriedOnce() {
    DockerConfig config = DockerConfig
        .parse("{\"auths\":{\"q.io\":{\"auth\":\"dTpw\"},\"q.io/a\":{\"auth\":\"dTpw\"},"
            + "\"https://q.io\":{\"auth\":\"dTpw\"}}}");
    assertEquals(List.of(new DockerConfig.Entry("q.io/a", LOGIN)),
        DockerConfig.merge(List.of(config, config)).forImage(image("q.io/a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"auth\":\"dTpw\"}", "{\"auth\":\" dT\\npw\\r\\n\"}",
      "{\"username\":\"u\",\"password\":\"p\"}", "{\"username\":\"u\",\"password\":\"p\",\"auth\":\"\"}",
      "{\"username\":\"x\",\"password\":\"y\",\"auth\":\"dTpw\",\"email\":\"a@b\"}"})
  void readsALogin(String json) {
    assertEquals(List.of(LOGIN), entry(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user:pass", "user:a:b", "u:p", "user:passw", "user:pässwörd"})
  void readsBase64WithAndWithoutItsPadding(String login) {
    String[] parts = login.split(":", 2);
    var expected = List.<Credential>of(new Credential.Password(parts[0], parts[1]));
    assertEquals(expected, entry("{\"auth\":\"" + base64(login) + "\"}"));
    assertEquals(expected, entry("{\"auth\":\"" + base64(login).replace("=", "") + "\"}"));
  }

  @Test
  void readsIdentityTokens() {
    assertEquals(List.of(new Credential.IdentityToken("", "t")), entry("{\"identitytoken\":\"t\"}"));
    assertEquals(List.of(new Credential.IdentityToken("u", "t")),
        entry("{\"auth\":\"" + base64("u:") + "\",\"identitytoken\":\"t\"}"));
    assertEquals(List.of(new Credential.IdentityToken("u", "t")),
        entry("{\"username\":\"u\",\"identitytoken\":\"t\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "3", "null", "[]", "{\"auth\":\"s3cret!\"}", "{\"auth\":\"czNjcmV0\"}",
      "{\"auth\":\"s3cret!\",\"username\":\"u\",\"password\":\"p\"}", "{\"username\":\"u\"}",
      "{\"password\":\"p\"}", "{\"username\":{},\"password\":[]}", "{\"auth\":7.5}"})
  void anEntryWithoutACredentialIsCountedAndDoesNotHideTheOthers(String json) {
    DockerConfig config = DockerConfig
        .parse("{\"auths\":{\"q.io\":" + json + ",\"q.io/a\":{\"auth\":\"dTpw\"}},\"credsStore\":\"x\"}");
    assertEquals(1, config.unreadable());
    assertEquals(List.of(LOGIN),
        config.forImage(image("q.io/a")).stream().map(DockerConfig.Entry::credential).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s3cret", "[]", "{}", "{\"auths\":[]}", "{\"auths\":null}", "{\"s3cret\":{}}",
      "{\"auths\":{\"a\":\"s3cret", "\u0000s3cret"})
  void whatIsNoDockerConfigurationIsNeverQuoted(String json) {
    var e = assertThrows(IllegalArgumentException.class, () -> DockerConfig.parse(json));
    assertFalse(e.toString().contains("s3cret"), e.toString());
    assertEquals(null, e.getCause());
  }

  @Test
  void whatIsWrittenForAnImageIsReadAsTheSameInTheSameOrder() {
    DockerConfig config = DockerConfig.merge(List.of(config("https://q.io", "q.io/x", "q.io/v1/"),
        DockerConfig.parse("{\"auths\":{\"q.io/x\":{\"identitytoken\":\"t\"}}}"),
        config("*.io", "other.io")));
    List<DockerConfig.Entry> entries = config.forImage(image("q.io/x/y"));
    List<String> files = DockerConfig.write(entries);
    assertEquals(2, files.size());
    assertEquals(entries.stream().map(DockerConfig.Entry::credential).toList(),
        DockerConfig.merge(files.stream().map(DockerConfig::parse).toList()).forImage(image("q.io/x/y"))
            .stream().map(DockerConfig.Entry::credential).toList());
    assertEquals(1, DockerConfig.write(config("q.io").forImage(image("q.io/x"))).size());
    assertEquals(List.of(), DockerConfig.write(List.of()));
  }

  @Test
  void aGlobThatIsMadeToTakeLongDoesNot() {
    String image = "a".repeat(60) + ".io/x";
    assertTimeoutPreemptively(Duration.ofSeconds(5),
        () -> assertEquals(List.of(), users(config("*a".repeat(2000) + "b.io"), image)));
  }
}
