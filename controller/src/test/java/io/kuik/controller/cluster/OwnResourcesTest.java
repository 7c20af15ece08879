package io.kuik.controller.cluster;

import static io.kuik.controller.json.SingleQuotes.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets and ConfigMaps of our own at an API server that keeps them. */
class OwnResourcesTest {
  private static final String SECRETS = "/api/v1/namespaces/ours/secrets/";
  private static final String MAPS = "/api/v1/namespaces/ours/configmaps/";

  private KeepingApi api;
  private OwnResources own;

  @BeforeEach
  void start() throws IOException {
    api = new KeepingApi();
    own = new OwnResources(api.calls(), "ours");
    api.objects.put(MAPS + "registry", json("{'metadata': {'name': 'registry', 'uid': 'u'}}"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private JsonObject map(String key, String value) {
    return own.manifest("orphans", Map.of("a", "b"), "registry", Map.of(key, value));
  }

  @Test
  void aConfigMapIsMadeWithItsOwner() {
    own.writeConfigMap(map("key", "value"));
    assertEquals(json("""
        {'apiVersion': 'v1', 'kind': 'ConfigMap', 'data': {'key': 'value'},
         'metadata': {'name': 'orphans', 'labels': {'a': 'b'}, 'ownerReferences': [
          {'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': 'registry', 'uid': 'u'}]}}"""),
        api.objects.get(MAPS + "orphans"));
    assertEquals(Optional.of(Map.of("key", "value")), own.configMap("orphans"));
  }

  @Test
  void ofAConfigMapThatIsThereOnlyTheseKeysChange() {
    api.objects.put(MAPS + "orphans",
        json("{'metadata': {'name': 'orphans', 'labels': {'mine': '1'}}, 'data': {'key': 'old', 'x': 'y'}}"));
    own.writeConfigMap(map("key", "new"));
    assertEquals(Optional.of(Map.of("key", "new", "x", "y")), own.configMap("orphans"));
    assertEquals(Map.of("mine", "1"), Json.strings(api.objects.get(MAPS + "orphans"), "metadata", "labels"));
  }

  @Test
  void aSecretIsReadAsText() {
    own.writeSecret(json("{'metadata': {'name': 's'}, 'data': {'password': 'Y29ycmVjdA=='}}"));
    assertEquals(Optional.of(Map.of("password", "correct")), own.secret("s"));
  }

  @Test
  void ofASecretThatIsThereTheContentIsSet() {
    api.objects.put(SECRETS + "s", json("{'metadata': {'name': 's', 'uid': '1'}, 'data': {'a': 'YQ=='}}"));
    own.writeSecret(json("{'metadata': {'name': 's'}, 'data': {'a': 'Yg=='}}"));
    assertEquals(Optional.of(Map.of("a", "b")), own.secret("s"));
    assertEquals(Optional.of("1"), Json.text(api.objects.get(SECRETS + "s"), "metadata", "uid"));
  }

  @Test
  void whatIsNotThereIsNoFailure() {
    assertEquals(Optional.empty(), own.secret("none"));
    assertEquals(Optional.empty(), own.configMap("none"));
  }
}
