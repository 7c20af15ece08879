package io.kuik.cacheworker;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kuik.registry.FakeRegistry;
import io.kuik.registry.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives everybody the tokens that they ask for, in the way that real registries want them: signed, and for
 * one scope.
 */
final class TokenService implements AutoCloseable {
  private static final String SERVICE = "registry.test";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final HttpServer server;
  private final SelfSigned signer;
  private final AtomicInteger given = new AtomicInteger();

  TokenService(SelfSigned signer) throws IOException {
    this.signer = signer;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::token);
    server.start();
  }

  /** A registry's section {@code auth} that sends its users here. */
  String auth() {
    return "{token: {realm: \"http://127.0.0.1:" + server.getAddress().getPort() + "/token\", service: "
        + SERVICE + ", issuer: test, rootcertbundle: " + signer.certificate() + "}}";
  }

  /** How many tokens were given. */
  int given() {
    return given.get();
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
      String scope = query.substring(query.indexOf("scope=") + "scope=".length());
      given.incrementAndGet();
      FakeRegistry.answer(exchange, 200, "application/json",
          ("{\"token\":\"" + signed(scope.split(":", -1)) + "\",\"expires_in\":300}")
              .getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private String signed(String[] scope) throws IOException, GeneralSecurityException {
    var header = new JsonObject();
    header.addProperty("typ", "JWT");
    header.addProperty("alg", "ES256");
    var chain = new JsonArray();
    chain.add(Base64.getEncoder().encodeToString(der(signer.certificate())));
    header.add("x5c", chain);
    String text = encoded(header) + "." + encoded(claims(scope));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature
        .initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(signer.key()))));
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "." + BASE64.encodeToString(signature.sign());
  }

  private static JsonObject claims(String[] scope) {
    var actions = new JsonArray();
    for (String action : scope[2].split("[,&]", -1)) {
      actions.add(action);
    }
    var access = new JsonObject();
    access.addProperty("type", "repository");
    access.addProperty("name", scope[1]);
    access.add("actions", actions);
    var accesses = new JsonArray();
    accesses.add(access);
    long now = Instant.now().getEpochSecond();
    var claims = new JsonObject();
    claims.addProperty("iss", "test");
    claims.addProperty("sub", "");
    claims.addProperty("aud", SERVICE);
    claims.addProperty("iat", now - 5);
    claims.addProperty("nbf", now - 5);
    claims.addProperty("exp", now + 300);
    claims.add("access", accesses);
    return claims;
  }

  private static String encoded(JsonObject json) {
    return BASE64.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] der(Path pem) throws IOException {
    return Base64.getMimeDecoder().decode(Files.readString(pem).replaceAll("-----[A-Z ]+-----", ""));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
