package io.kuik.controller.admission;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
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
  private static final String CHAIN = "tls.crt";
  private static final String KEY = "tls.key";

  private final Path folder;
  private volatile Pair current;
  private volatile Pair previous;
  private volatile byte[] bytes;
  private int renewals = 1;

  /** The alias lets a handshake that began before a renewal end with the pair that it began with. */
  private record Pair(String alias, PrivateKey key, List<X509Certificate> chain) {
    X509Certificate leaf() {
      return chain.getFirst();
    }
  }

  /** Reads {@code tls.crt} and {@code tls.key} (PKCS #8) of the folder. */
  public ServerCertificate(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    byte[] chain = Files.readAllBytes(folder.resolve(CHAIN));
    byte[] key = Files.readAllBytes(folder.resolve(KEY));
    this.bytes = both(chain, key);
    this.current = pair(chain, key, 1);
    this.previous = current;
  }

  private static byte[] both(byte[] chain, byte[] key) {
    byte[] both = Arrays.copyOf(chain, chain.length + key.length);
    System.arraycopy(key, 0, both, chain.length, key.length);
    return both;
  }

  /** Looks whether the files changed; a pair that can't be read leaves the old one in use. */
  public synchronized void refresh() {
    try {
      byte[] chain = Files.readAllBytes(folder.resolve(CHAIN));
      byte[] key = Files.readAllBytes(folder.resolve(KEY));
      byte[] now = both(chain, key);
      if (!Arrays.equals(now, bytes)) {
        Pair renewed = pair(chain, key, renewals + 1);
        renewals++;
        previous = current;
        current = renewed;
        bytes = now;
        LOG.info("webhook certificate renewed expires={}", current.leaf().getNotAfter().toInstant());
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.error("webhook certificate could not be read again, the old one stays in use: folder={} error={}",
          folder, e.toString());
    }
  }

  /**
   * The two files are read one after the other: a renewal between them must not make a pair that fits not.
   */
  private Pair pair(byte[] chain, byte[] key, int number) throws IOException, GeneralSecurityException {
    List<X509Certificate> certificates = CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(chain)).stream().map(X509Certificate.class::cast)
        .toList();
    if (certificates.isEmpty()) {
      throw new IOException(folder.resolve(CHAIN) + " holds no certificate");
    }
    PublicKey open = certificates.getFirst().getPublicKey();
    var pair = new Pair("webhook-" + number, key(key, open.getAlgorithm()), certificates);
    if (!fits(pair.key, open)) {
      throw new IOException(folder.resolve(KEY) + " is not the key of " + folder.resolve(CHAIN));
    }
    return pair;
  }

  private static boolean fits(PrivateKey key, PublicKey open) throws GeneralSecurityException {
    String algorithm = switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(open.getEncoded());
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(open.getEncoded());
    return signature.verify(signed);
  }

  private PrivateKey key(byte[] bytes, String algorithm) throws IOException, GeneralSecurityException {
    String pem = new String(bytes, StandardCharsets.US_ASCII);
    if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new IOException(folder.resolve(KEY)
          + " is no PKCS #8 key: set privateKey.encoding to PKCS8 in its Certificate");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private Pair named(String alias) {
    Pair before = previous;
    return before.alias.equals(alias) ? before : current;
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
      Pair now = current;
      return keyType.startsWith(now.key.getAlgorithm()) ? now.alias : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return named(alias).chain.toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return named(alias).key;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[]{current.alias};
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
