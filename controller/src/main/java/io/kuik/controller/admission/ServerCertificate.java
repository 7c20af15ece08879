package io.kuik.controller.admission;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhook's certificate, read again when cert-manager renews it; no restart, no failed handshake. */
public final class ServerCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
  private static final String ALIAS = "webhook";

  private final Path folder;
  private volatile Pair current;
  private volatile byte[] bytes;

  private record Pair(PrivateKey key, List<X509Certificate> chain) {
    X509Certificate leaf() {
      return chain.getFirst();
    }
  }

  /** Reads {@code tls.crt} and {@code tls.key} (PKCS #8) of the folder. */
  public ServerCertificate(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.bytes = content();
    this.current = read();
  }

  private byte[] content() throws IOException {
    byte[] chain = Files.readAllBytes(folder.resolve("tls.crt"));
    byte[] key = Files.readAllBytes(folder.resolve("tls.key"));
    byte[] both = Arrays.copyOf(chain, chain.length + key.length);
    System.arraycopy(key, 0, both, chain.length, key.length);
    return both;
  }

  /** Looks whether the files changed; a pair that can't be read leaves the old one in use. */
  public void refresh() {
    try {
      byte[] now = content();
      if (!Arrays.equals(now, bytes)) {
        current = read();
        bytes = now;
        LOG.info("webhook certificate renewed expires={}", current.leaf().getNotAfter().toInstant());
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.error("webhook certificate could not be read again, the old one stays in use: folder={} error={}",
          folder, e.toString());
    }
  }

  private Pair read() throws IOException, GeneralSecurityException {
    try (InputStream pem = Files.newInputStream(folder.resolve("tls.crt"))) {
      List<X509Certificate> chain = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
          .map(X509Certificate.class::cast).toList();
      if (chain.isEmpty()) {
        throw new IOException(folder.resolve("tls.crt") + " holds no certificate");
      }
      return new Pair(key(chain.getFirst().getPublicKey().getAlgorithm()), chain);
    }
  }

  private PrivateKey key(String algorithm) throws IOException, GeneralSecurityException {
    String pem = Files.readString(folder.resolve("tls.key"), StandardCharsets.US_ASCII);
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new IOException(folder.resolve("tls.key")
          + " is no PKCS #8 key: set privateKey.encoding to PKCS8 in its Certificate");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** TLS that shows whatever certificate is the current one. */
  public SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[]{new Current()}, null, null);
    return context;
  }

  private final class Current extends X509ExtendedKeyManager {
    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
        @Nullable SSLEngine engine) {
      return chooseServerAlias(keyType, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
        @Nullable Socket socket) {
      return keyType.startsWith(current.key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return current.chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return current.key;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[]{ALIAS};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
        @Nullable Socket socket) {
      return null;
    }
  }
}
