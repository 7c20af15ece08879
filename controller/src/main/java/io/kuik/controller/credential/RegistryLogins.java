package io.kuik.controller.credential;

import io.kuik.controller.cluster.OwnResources;
import io.kuik.registry.Credential;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Secrets with the registry's passwords: made once by the leader, then only read. */
public final class RegistryLogins {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryLogins.class);

  private final OwnResources own;
  private final String fullname;
  private final Map<String, String> labels;
  private final RegistryPasswords passwords;
  private volatile Credential writer = Credential.ANONYMOUS;

  /** The release's full name is the prefix of the Secrets' names. */
  public RegistryLogins(OwnResources own, String fullname, Map<String, String> labels,
      RegistryPasswords passwords) {
    this.own = own;
    this.fullname = fullname;
    this.labels = labels;
    this.passwords = passwords;
  }

  /** Makes what is missing; what is there stays, so that running pods keep working. */
  public void ensure() {
    String write = ensureLogin("write", RegistryPasswords.WRITER);
    String read = ensureLogin("read", RegistryPasswords.READER);
    String server = fullname + "-registry-server";
    Optional<Map<String, String>> present = own.secret(server);
    if (present.isEmpty() || !RegistryPasswords.matches(present.get(), write, read)) {
      put(server, passwords.server(write, read));
    }
    writer = new Credential.Password(RegistryPasswords.WRITER, write);
  }

  private String ensureLogin(String kind, String user) {
    String name = fullname + "-registry-" + kind;
    Optional<String> present = own.secret(name).map(s -> s.getOrDefault("password", ""))
        .filter(p -> !p.isEmpty());
    if (present.isPresent()) {
      return present.get();
    }
    String password = passwords.password();
    put(name, RegistryPasswords.login(user, password));
    return password;
  }

  private void put(String name, Map<String, String> content) {
    own.writeSecret(
        RegistryPasswords.manifest(name, content, own.owner(fullname + "-registry"), labels));
    LOG.info("secret written name={}", name);
  }

  /** The login that may write; anonymous until {@link #ensure} has run. */
  public Credential writer() {
    return writer;
  }
}
