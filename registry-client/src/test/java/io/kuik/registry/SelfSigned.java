package io.kuik.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that no well-known authority has signed.
 *
 * @param server
 *          TLS that shows it
 * @param certificate
 *          it as PEM, in a folder that holds nothing else
 * @param key
 *          its private key as PEM
 */
public record SelfSigned(SSLContext server, Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  /** Makes one for these names, such as {@code dns:a.example} or {@code ip:127.0.0.1}. */
  public static SelfSigned create(Path folder, String names)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("server.p12");
    Process keytool = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
        "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=test", "-ext", "san=" + names,
        "-storepass", PASSWORD, "-keystore", store.toString()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("keytool.log").toFile()).start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext server = SSLContext.getInstance("TLS");
    server.init(managers.getKeyManagers(), null, null);
    return new SelfSigned(server,
        pem(Files.createDirectory(folder.resolve("authorities")).resolve("ca.crt"), "CERTIFICATE",
            keys.getCertificate("server").getEncoded()),
        pem(folder.resolve("server.key"), "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  /** The folder that trusts it, and nothing else. */
  public Path folder() {
    return certificate.toAbsolutePath().getParent();
  }

  private static Path pem(Path file, String what, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8)).encodeToString(der);
    return Files.writeString(file,
        "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
  }
}
