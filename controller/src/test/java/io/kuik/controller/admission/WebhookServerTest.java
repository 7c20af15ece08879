package io.kuik.controller.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.controller.ops.ControllerMetrics;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The webhook over real HTTPS, and its certificate on disk. */
class WebhookServerTest {
  private static SelfSigned first;
  private static SelfSigned second;
  private static SSLContext tls;

  @TempDir
  private Path folder;
  private ServerCertificate certificate;
  private WebhookServer server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    first = SelfSigned.of(1);
    second = SelfSigned.of(2);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("first", first.certificate());
    trusted.setCertificateEntry("second", second.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
  }

  @BeforeEach
  void start() throws Exception {
    first.writeCertificate(folder);
    first.writeKey(folder);
    certificate = new ServerCertificate(folder);
    var metrics = new ControllerMetrics();
    server = new WebhookServer(0, certificate, AdmissionTest.willing(metrics), metrics);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
      return client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
          .method(method, body).build(), BodyHandlers.ofString());
    }
  }

  private int status(String method, String path, String body) throws IOException, InterruptedException {
    return send(method, path, BodyPublishers.ofString(body)).statusCode();
  }

  /** Serial number of the certificate that a new connection is shown. */
  private BigInteger shown() throws IOException {
    try (var socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", server.port())) {
      socket.setSoTimeout(5000);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  @Test
  void answersAReview() throws Exception {
    HttpResponse<String> answer = send("POST", WebhookServer.PATH + "?timeout=5s",
        BodyPublishers.ofString(AdmissionTest.review()));
    assertEquals(200, answer.statusCode());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    assertTrue(answer.body().contains("\"patchType\":\"JSONPatch\""), answer.body());
  }

  @Test
  void whoIsAboutToEndAnswersAndLetsItsConnectionsGo() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1)
        .build()) {
      HttpRequest review = HttpRequest.newBuilder(URI.create("https://localhost:" + server.port()
          + WebhookServer.PATH)).POST(BodyPublishers.ofString(AdmissionTest.review())).build();
      assertEquals("", client.send(review, BodyHandlers.ofString()).headers().firstValue("Connection")
          .orElse(""));
      server.drain();
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> answer = client.send(review, BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        assertEquals("close", answer.headers().firstValue("Connection").orElse(""));
      }
    }
  }

  @Test
  void refusesWhatIsNoReview() throws Exception {
    assertEquals(404, status("POST", "/other", AdmissionTest.review()));
    assertEquals(404, status("POST", WebhookServer.PATH + "/more", AdmissionTest.review()));
    assertEquals(405, send("GET", WebhookServer.PATH, BodyPublishers.noBody()).statusCode());
    assertEquals(400, status("POST", WebhookServer.PATH, "junk"));
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    assertEquals(413,
        send("POST", WebhookServer.PATH, BodyPublishers.ofByteArray(new byte[(7 << 20) + 1])).statusCode());
    assertEquals(200, status("POST", WebhookServer.PATH, AdmissionTest.review()));
  }

  @Test
  void refusesABodyOfMoreValuesThanTheHeapHasRoomFor() throws Exception {
    String many = "{\"request\": {\"uid\": \"u\", \"object\": [" + "0,".repeat(3_000_000) + "0]}}";
    assertEquals(413, status("POST", WebhookServer.PATH, many));
    assertEquals(200, status("POST", WebhookServer.PATH, AdmissionTest.review()));
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws Exception {
    assertEquals(BigInteger.ONE, shown());
    second.writeCertificate(folder);
    second.writeKey(folder);
    certificate.refresh();
    assertEquals(BigInteger.TWO, shown());
  }

  @Test
  void aPairThatDoesNotFitLeavesTheOldOneInUseUntilItFits() throws Exception {
    second.writeCertificate(folder);
    certificate.refresh();
    assertEquals(BigInteger.ONE, shown());
    second.writeKey(folder);
    certificate.refresh();
    assertEquals(BigInteger.TWO, shown());
  }

  @Test
  void filesThatCanNotBeReadLeaveTheOldPairInUse() throws Exception {
    Files.writeString(folder.resolve("tls.key"), "junk");
    certificate.refresh();
    Files.delete(folder.resolve("tls.crt"));
    certificate.refresh();
    assertEquals(BigInteger.ONE, shown());
  }

  @Test
  void aKeyOfAnotherEncodingIsRefusedWithWhatToDo() throws Exception {
    Files.writeString(folder.resolve("tls.key"), "-----BEGIN EC PRIVATE KEY-----\n");
    var e = assertThrows(IOException.class, () -> new ServerCertificate(folder));
    assertTrue(String.valueOf(e.getMessage()).contains("PKCS8"), e.getMessage());
  }
}
