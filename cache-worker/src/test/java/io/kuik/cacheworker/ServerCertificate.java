package io.kuik.cacheworker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** PEM files of a certificate for 127.0.0.1 that no well-known authority has signed. */
record ServerCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  static ServerCertificate create(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("server.p12");
    Process keytool = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
        "CN=127.0.0.1", "-ext",
        "san=ip:127.0.0.1",
        "-storepass", PASSWORD, "-keystore", store.toString()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("keytool.log").toFile()).start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new ServerCertificate(
        pem(folder.resolve("server.crt"), "CERTIFICATE", keys.getCertificate("server").getEncoded()),
        pem(folder.resolve("server.key"), "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.UTF_8)).encodeToString(der);
    return Files.writeString(file,
        "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n");
  }
}
