package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that can't work are refused before anything is installed, with a sentence that says what to do. */
@Tag("chart")
class RefusedValuesTest {
  static Stream<Arguments> sentences() {
    String webhook = "--set=controllers.webhook.";
    return Stream.of(
        Arguments.of("there is no persistence", "--set=registry.garbageCollectionSchedule=0 0 * * 0"),
        Arguments.of("there is no persistence", "--set=registry.garbageCollection.schedule=@weekly"),
        Arguments.of("object storage is not in this version", "--set=registry.persistence.s3.bucket=b"),
        Arguments.of("object storage is not in this version", "--set=registry.persistence.gcs.bucket=b"),
        Arguments.of("object storage is not in this version", "--set=registry.persistence.azure.container=b"),
        Arguments.of("this chart brings no MinIO", "--set=minio.enabled=true"),
        Arguments.of("this version runs one registry", "--set=registry.replicas=2"),
        Arguments.of("the cache needs version 3 of the registry", "--set-string=registry.image.tag=2.8"),
        Arguments.of("name your copy of ghcr.io/enix/kube-image-keeper/controller.",
            "--set=controllers.image.repository=ghcr.io/enix/kube-image-keeper"),
        Arguments.of("name your copy of ghcr.io/enix/kube-image-keeper/proxy.",
            "--set=proxy.image.repository=mirror.example.com/enix/kube-image-keeper"),
        Arguments.of("they need different ports", "--set=proxy.metricsPort=7439"),
        Arguments.of("name the issuer of the webhook's certificate",
            webhook + "createCertificateIssuer=false"),
        Arguments.of("set it to false to use your own issuer",
            webhook + "certificateIssuerRef.name=corporate"),
        Arguments.of("httpsProxy holds a user", "--set=httpsProxy=http://user:password@proxy:3128"),
        Arguments.of("httpProxy holds a user", "--set=httpProxy=user@proxy:3128"),
        Arguments.of("must be a number of days such as 30", "--set=cachedImagesExpiryDelay=soon"),
        Arguments.of("must be a number of days such as 30", "--set=cachedImagesExpiryDelay=-1"),
        Arguments.of("must be a number of days such as 30", "--set-json=cachedImagesExpiryDelay=1.5"),
        Arguments.of("refresh.interval is \"0h\", but must be a duration", "--set=refresh.interval=0h"),
        Arguments.of("refresh.availabilityInterval is \"daily\", but must be a duration",
            "--set=refresh.availabilityInterval=daily"),
        Arguments.of("cacheCheckInterval is \"often\", but must be a duration",
            "--set=cacheCheckInterval=often"),
        Arguments.of("orphanGrace is \"\", but must be a duration", "--set=orphanGrace="),
        Arguments.of("name the Secret that holds them", "--set=rootCertificateAuthorities.keys={ca.crt}"));
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void saysWhatIsWrongAndWhatToDo(String sentence, String argument) {
    String refusal = Chart.refusal(argument);
    assertTrue(refusal.contains(sentence), refusal);
  }

  @Test
  void bothSpellingsOfPersistenceMustAgree() {
    String refusal = Chart.refusal("--set=registry.persistance.size=9Gi",
        "--set=registry.persistence.size=8Gi");
    assertTrue(refusal.contains(
        "registry.persistance.size is \"9Gi\" but registry.persistence.size is \"8Gi\": set one of them"),
        refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"surprise=1", "controllers.replcas=3", "proxy.hostPort=0",
      "controllers.webhook.timeoutSeconds=6", "controllers.webhook.rewrite=Sometimes",
      "registry.persistence.enabled=maybe", "controllers.image.pullPolicy=Often",
      "controllers.webhook.ignoredOwners={A'.b}", "insecureRegistries={https://a}",
      "httpsProxy=https://proxy:3128", "httpProxy=socks5://proxy", "noProxy={a b}", "architectures={AMD}",
      "controllers.maxConcurrentCachedImageReconciles=0", "controllers.upstreamPullReserve=101",
      "proxy.image.digest=sha256:1", "registry.garbageCollection.worker.surprise=1",
      "registry.garbageCollection.activeDeadlineSeconds=0"})
  void theSchemaRefusesUnknownKeysAndImpossibleValues(String value) {
    String refusal = Chart.refusal("--set=" + value);
    assertTrue(refusal.contains("values don't meet the specifications of the schema"), refusal);
  }

  @Test
  void keysOfVersionOneThatLostTheirMeaningAreAccepted() {
    Chart.render("--set=docker-registry-ui.enabled=true", "--set=psp.create=true",
        "--set=registryUI.enabled=true", "--set=proxy.kubeApiRateLimits.qps=5",
        "--set=proxy.hostNetwork=true", "--set=proxy.hostIp=0.0.0.0", "--set=registry.httpSecret=x",
        "--set=registry.pdb.create=true", "--set=registry.serviceMonitor.create=true",
        "--set=registry.garbageCollection.deleteUntagged=true", "--set=minio.enabled=false",
        "--set=registry.persistence.disableS3Redirections=true");
  }
}
