package io.kuik.controller.admission;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** A certificate for localhost with its key, made as cert-manager would write it (ECDSA P-256, PKCS #8). */
record SelfSigned(X509Certificate certificate, byte[] key) {
  private static final String ECDSA_WITH_SHA256 = "300a06082a8648ce3d040302";
  private static final String COMMON_NAME = "0603550403";
  private static final String SUBJECT_ALT_NAME = "0603551d11";

  /** Makes one with this serial number. */
  static SelfSigned of(int serial) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] content = content(serial, pair.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(content);
    byte[] der = der(0x30, content, hex(ECDSA_WITH_SHA256), der(0x03, new byte[1], signature.sign()));
    var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
    return new SelfSigned(certificate, pair.getPrivate().getEncoded());
  }

  private static byte[] content(int serial, byte[] publicKey) throws IOException {
    byte[] name = der(0x30, der(0x31, der(0x30, hex(COMMON_NAME), text(0x0c, "kuik test"))));
    byte[] names = der(0x30, text(0x82, "localhost"));
    byte[] extension = der(0x30, hex(SUBJECT_ALT_NAME), der(0x04, names));
    return der(0x30, der(0xa0, hex("020102")), der(0x02, BigInteger.valueOf(serial).toByteArray()),
        hex(ECDSA_WITH_SHA256), name, der(0x30, text(0x17, "200101000000Z"), text(0x17, "491231235959Z")),
        name,
        publicKey, der(0xa3, der(0x30, extension)));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] text(int tag, String text) throws IOException {
    return der(tag, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] der(int tag, byte[]... parts) throws IOException {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.write(part);
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 256) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 128) {
      out.write(0x81);
    }
    out.write(length & 0xff);
    content.writeTo(out);
    return out.toByteArray();
  }

  void writeCertificate(Path folder) throws IOException, GeneralSecurityException {
    Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate.getEncoded()));
  }

  void writeKey(Path folder) throws IOException {
    Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key));
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN " + type + "-----\n"
        + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
  }
}
