package train;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One self-signed certificate that all servers of a training show, and all their clients trust. */
final class Certificates {
  private static final String PASSWORD = "training";
  private static final String ALIAS = "training";

  private final Path folder;
  private final KeyStore keys;

  /**
   * Writes tls.crt and tls.key (PEM, PKCS 8) into the folder's tls, and the certificate alone into its ca.
   */
  Certificates(Path folder, InetAddress address)
      throws IOException, InterruptedException, GeneralSecurityException {
    this.folder = folder;
    Path store = folder.resolve("keys.p12");
    Commands.run(
        List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair", "-alias",
            ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=training", "-ext",
            "SAN=ip:127.0.0.1,dns:localhost,ip:" + address.getHostAddress(), "-ext", "bc:c", "-validity", "2",
            "-storetype",
            "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
    String certificate = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
    Files.writeString(Files.createDirectories(tls()).resolve("tls.crt"), certificate);
    Files.writeString(tls().resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(Files.createDirectories(authorities()).resolve("ca.crt"), certificate);
  }

  Path tls() {
    return folder.resolve("tls");
  }

  Path authorities() {
    return folder.resolve("ca");
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN " + what + "-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes)
        + "\n-----END " + what + "-----\n";
  }

  /** For both ends of a connection. */
  SSLContext context() throws GeneralSecurityException, IOException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
