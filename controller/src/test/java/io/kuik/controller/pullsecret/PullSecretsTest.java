package io.kuik.controller.pullsecret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonParser;
import io.kuik.controller.pod.PodView;
import io.kuik.controller.pullsecret.LookedAt.State;
import io.kuik.model.ImageReference;
import io.kuik.registry.Credential;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which credentials the users of an image have for it, and what is said of Secrets that are of no use. */
class PullSecretsTest {
  private static final ImageReference IMAGE = ImageReference.parse("q.io/team/app:1");

  private final UserSecrets secrets = new UserSecrets();
  private final Map<String, PodView> pods = new HashMap<>();
  private final List<ObjectName> own = new ArrayList<>();
  private final PullSecrets pullSecrets = new PullSecrets(secrets, k -> Optional.ofNullable(pods.get(k)));

  private void pod(String namespace, String name, String account, String... names) {
    String list = Stream.of(names).map(n -> "{\"name\": \"" + n + "\"}").collect(Collectors.joining(","));
    pods.put(namespace + "/" + name, PodView.of(JsonParser.parseString("{\"metadata\": {\"namespace\": \""
        + namespace + "\", \"name\": \"" + name + "\"}, \"spec\": {\"serviceAccountName\": \"" + account
        + "\", \"imagePullSecrets\": [" + list + "]}}").getAsJsonObject()));
  }

  private PullSecrets.Found found() {
    return pullSecrets.find(IMAGE, own, pods.keySet());
  }

  private List<String> users() {
    return found().entries().stream().map(e -> ((Credential.Password) e.credential()).username()).toList();
  }

  private Map<String, State> states() {
    return found().looked().stream().collect(Collectors.toMap(LookedAt::secret, LookedAt::state));
  }

  @Test
  void aPodsSecretsAreReadInItsNamespace() {
    pod("n", "a", "default", "pull", "other");
    secrets.pullSecret("pull", "q.io");
    secrets.pullSecret("other", "docker.io");
    assertEquals(List.of("pull"), users());
    assertEquals(Map.of("n/pull", State.MATCHING, "n/other", State.NOT_MATCHING), states());
  }

  @Test
  void theEntriesOfSeveralSecretsAreTriedFromTheLongestPathOn() {
    pod("n", "a", "default", "first", "second", "third");
    secrets.pullSecret("first", "q.io");
    secrets.pullSecret("second", "q.io", "q.io/other");
    secrets.pullSecret("third", "q.io/team");
    assertEquals(List.of("third", "first", "second"), users());
  }

  @Test
  void oldSecretsAreReadToo() {
    pod("n", "a", "default", "old");
    secrets.put("n/old", "dockercfg", "{\"https://q.io/v1/\":{\"auth\":\"b2xkOnB3\"}}");
    assertEquals(List.of("old"), users());
  }

  @Test
  void aServiceAccountIsAskedForOnlyIfThePodNamesNoSecret() {
    secrets.pullSecret("of-account", "q.io");
    secrets.put("account n/builder", "{\"imagePullSecrets\": [{\"name\": \"of-account\"}, {}]}");
    pod("n", "a", "builder");
    assertEquals(List.of("of-account"), users());
    pod("n", "a", "builder", "pull");
    secrets.asked.clear();
    assertEquals(List.of(), users());
    assertEquals(List.of("secret n/pull"), secrets.asked);
  }

  @Test
  void whatACachedImageNamesItselfComesFirst() {
    own.add(new ObjectName("n", "mine"));
    pod("n", "a", "default", "pull");
    secrets.pullSecret("mine", "q.io");
    secrets.pullSecret("pull", "q.io");
    assertEquals(List.of("mine", "pull"), users());
    own.set(0, new ObjectName("", "mine"));
    assertEquals(State.INVALID, found().looked().getFirst().state());
    assertEquals("spec.pullSecretsNamespace says nothing", found().looked().getFirst().message());
  }

  @Test
  void whatIsOfNoUseIsSaidAndStopsNothing() {
    pod("n", "a", "default", "missing", "forbidden", "opaque", "tls", "broken", "noauths", "large", "half",
        "good");
    secrets.forbidden.add("secret n/forbidden");
    secrets.put("secret n/opaque", "{\"data\": {\".dockerconfigjson\": \"e30=\"}}");
    secrets.put("n/tls", "tls", "s3cret");
    secrets.put("n/broken", "dockerconfigjson", "s3cret{");
    secrets.put("n/noauths", "dockerconfigjson", "{\"s3cret\":{}}");
    secrets.put("n/large", "dockerconfigjson", "{\"auths\":{}}" + " ".repeat(64 << 10));
    secrets.put("n/half", "dockerconfigjson",
        "{\"auths\":{\"q.io\":{\"auth\":\"s3cret\"},\"q.io/team\":{\"auth\":\"aGFsZjpw\"}}}");
    secrets.pullSecret("good", "q.io");
    assertEquals(List.of("half", "good"), users());
    assertEquals(
        Map.of("n/missing", State.NOT_FOUND, "n/forbidden", State.FORBIDDEN, "n/opaque", State.WRONG_TYPE,
            "n/tls", State.WRONG_TYPE, "n/broken", State.MALFORMED, "n/noauths", State.MALFORMED, "n/large",
            State.TOO_LARGE, "n/half", State.MATCHING, "n/good", State.MATCHING),
        states());
    assertEquals(7, found().looked().stream().filter(LookedAt::skipped).count());
    assertEquals("1 of its entries hold no credential",
        found().looked().stream().filter(l -> l.secret().equals("n/half")).findFirst().orElseThrow()
            .message());
    assertFalse(found().looked().toString().contains("s3cret"));
    assertFalse(found().toString().contains("correct-horse"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../other/secrets/theirs", "..", "a/b", "A", "a?x=y", "a..b", "-", "a%2fb"})
  void aNameThatWouldLeadOutOfItsNamespaceIsNeverAskedFor(String name) {
    pod("n", "a", "../../secrets/x", name);
    pod("n", "b", "../../secrets/x");
    assertEquals(Map.of("n/" + name, State.INVALID), states());
    assertEquals(List.of(), secrets.asked);
  }

  @Test
  void onlySoManySecretsAreReadHoweverManyPodsThereAre() {
    IntStream.range(0, 30).forEach(i -> pod("n" + i, "p", "default", "pull"));
    assertEquals(PullSecrets.SECRETS, found().looked().size());
    assertEquals(PullSecrets.SECRETS, secrets.asked.size());
    assertEquals(found().looked().stream().map(LookedAt::secret).toList(),
        pullSecrets.named(own, pods.keySet()).stream().map(ObjectName::toString).toList());
  }

  @Test
  void onlySoManyServiceAccountsAreReadHoweverManyPodsThereAre() {
    IntStream.range(0, 30).forEach(i -> pod("n" + i, "p", "default"));
    assertEquals(List.of(), found().looked());
    assertEquals(PullSecrets.SECRETS, secrets.asked.size());
  }

  @Test
  void podsOfOneServiceAccountAreAskedForOnce() {
    IntStream.range(0, 30).forEach(i -> pod("n", "p" + i, "default"));
    assertEquals(List.of(), users());
    assertEquals(List.of("account n/default"), secrets.asked);
  }

  @Test
  void aRegistryIsNotAskedWithEveryLineOfALongSecret() {
    pod("n", "a", "default", "long");
    secrets.put("n/long", "dockerconfigjson", "{\"auths\":{" + IntStream.range(0, 50)
        .mapToObj(i -> "\"q.io" + "/team/app".substring(0, i % 9) + "\":{\"username\":\"u" + i
            + "\",\"password\":\"p\"},\"" + "*".repeat(i + 1) + ".io\":{\"username\":\"g" + i
            + "\",\"password\":\"p\"}")
        .collect(Collectors.joining(",")) + "}}");
    assertEquals(PullSecrets.CREDENTIALS, users().size());
  }
}
