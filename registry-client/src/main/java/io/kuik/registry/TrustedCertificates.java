package io.kuik.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** The certificate authorities that a registry's certificate may come from: the JDK's and the user's. */
final class TrustedCertificates {
  private TrustedCertificates() {
  }

  /**
   * TLS that trusts the JDK's authorities and every certificate in the folder's files.
   *
   * @throws IllegalArgumentException
   *           if a file there holds no certificates
   */
  static SSLContext context(Optional<Path> folder) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      if (folder.isPresent()) {
        addFolder(store, folder.get());
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, store.size() == 0 ? null : trust(store).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("can't set up the trusted certificate authorities of " + folder, e);
    }
  }

  /** TLS with whoever answers, for registries of which the user has said that this is all that there is. */
  static SSLContext anybody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[]{new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** Looks at no certificate and at no name in it. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // Nobody is refused.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // Nobody is refused.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // Nobody is refused.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      // Nobody is refused.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // Nobody is refused.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // Nobody is refused.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /**
   * The JDK's authorities are read here only if there are others beside them: twice would be 0.1 s of a short
   * Job.
   */
  private static TrustManagerFactory trust(KeyStore store) throws GeneralSecurityException {
    int n = 0;
    for (X509Certificate known : jdkAuthorities()) {
      store.setCertificateEntry("jdk#" + n++, known);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private static Stream<X509Certificate> authoritiesOf(TrustManagerFactory factory) {
    return Arrays.stream(factory.getTrustManagers()).filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast).flatMap(m -> Arrays.stream(m.getAcceptedIssuers()));
  }

  private static Iterable<X509Certificate> jdkAuthorities() throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return authoritiesOf(factory).toList();
  }

  private static void addFolder(KeyStore store, Path folder) throws IOException, GeneralSecurityException {
    CertificateFactory certificates = CertificateFactory.getInstance("X.509");
    // A mounted Secret shows its files beside dot-folders that hold the same files again.
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.getFileName().toString().startsWith(".")).sorted().toList()) {
        try (InputStream pem = Files.newInputStream(file)) {
          int n = 0;
          for (var certificate : certificates.generateCertificates(pem)) {
            store.setCertificateEntry(file.getFileName() + "#" + n++, certificate);
          }
          if (n == 0) {
            throw new IllegalArgumentException(file + " holds no PEM certificate");
          }
        }
      }
    }
  }
}
