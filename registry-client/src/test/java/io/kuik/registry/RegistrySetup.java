package io.kuik.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a real registry is set up.
 *
 * @param folder
 *          for its configuration and log
 * @param binary
 *          the environment's variable with the program's path
 * @param data
 *          where it keeps images; several registries may share it
 * @param auth
 *          its configuration's section {@code auth}, or nothing
 * @param certificate
 *          what it speaks https with; http if there is none
 * @param readOnly
 *          whether it refuses writes
 */
public record RegistrySetup(Path folder, String binary, Path data, String auth,
    Optional<SelfSigned> certificate,
    boolean readOnly) {
  /** bcrypt of the password at cost 4. */
  private static final String HTPASSWD = RealRegistry.USER
      + ":$2y$04$abcdefghijklmnopqrstuuWDWzeoIYoKHaOtPwucCs2H/ubg5RJne\n";
  private static final String VERSION_28 = "KUIK_REGISTRY_28_BINARY";

  /** Version 3, open to everybody. */
  public static RegistrySetup in(Path folder) {
    return new RegistrySetup(folder, "KUIK_REGISTRY_BINARY", folder.resolve("data"), "", Optional.empty(),
        false);
  }

  /** The same as version 2.8, which many still run. */
  public RegistrySetup old() {
    return new RegistrySetup(folder, VERSION_28, data, auth, certificate, readOnly);
  }

  /** With images that it finds there. */
  public RegistrySetup data(Path other) {
    return new RegistrySetup(folder, binary, other, auth, certificate, readOnly);
  }

  /** With this section {@code auth}. */
  public RegistrySetup auth(String section) {
    return new RegistrySetup(folder, binary, data, "auth: " + section + "\n", certificate, readOnly);
  }

  /** Over https if there is a certificate. */
  public RegistrySetup tls(Optional<SelfSigned> with) {
    return new RegistrySetup(folder, binary, data, auth, with, readOnly);
  }

  /** As the chart's second container is. */
  public RegistrySetup readingOnly() {
    return new RegistrySetup(folder, binary, data, auth, certificate, true);
  }

  /** Wants {@link RealRegistry#USER} and {@link RealRegistry#PASSWORD}. */
  public RegistrySetup password() throws IOException {
    Path htpasswd = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    return auth("{htpasswd: {realm: kube-image-keeper, path: " + htpasswd + "}}");
  }

  String program() {
    return Optional.ofNullable(System.getenv(binary)).filter(b -> !b.isEmpty())
        .orElseThrow(
            () -> new IllegalStateException("These tests need a real CNCF distribution: set " + binary
                + " to its binary, as make test does, or leave them out with -DskipITs"));
  }

  Path configuration(int port) throws IOException {
    return Files.writeString(folder.resolve("config.yml"),
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: "
            + data + "}, delete: {enabled: true}, maintenance: {readonly: {enabled: " + readOnly
            + "}}}\nhttp: {addr: \"127.0.0.1:" + port + "\""
            + certificate.map(c -> ", tls: {certificate: " + c.certificate() + ", key: " + c.key() + "}")
                .orElse("")
            + "}\n"
            + (binary.equals(VERSION_28) ? "" : "validation: {manifests: {indexes: {platforms: none}}}\n")
            + auth);
  }
}
