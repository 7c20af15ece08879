package io.kuik.registry;

import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS in the ways that we speak it. The factories are kept: the JDK keeps connections open per factory.
 *
 * @param unguarded
 *          to any address
 * @param publicOnly
 *          to public addresses
 * @param privateOnly
 *          to private ones
 * @param publicAndPrivate
 *          to both
 */
record Tls(SSLContext context, SSLSocketFactory unguarded, SSLSocketFactory publicOnly,
    SSLSocketFactory privateOnly, SSLSocketFactory publicAndPrivate) {

  /** Trusts the JDK's authorities and those in the folder. */
  static Tls trusting(Optional<Path> authorities) {
    return of(TrustedCertificates.context(authorities));
  }

  /** Trusts whoever answers. */
  static Tls unverified() {
    return of(TrustedCertificates.anybody());
  }

  private static Tls of(SSLContext context) {
    SSLSocketFactory plain = context.getSocketFactory();
    return new Tls(context, plain, new GuardedSocketFactory(plain, AddressGuard.Reach.PUBLIC),
        new GuardedSocketFactory(plain, AddressGuard.Reach.PRIVATE),
        new GuardedSocketFactory(plain, AddressGuard.Reach.EITHER));
  }

  SSLSocketFactory factory(AddressGuard.Reach reach) {
    return switch (reach) {
      case PUBLIC -> publicOnly;
      case PRIVATE -> privateOnly;
      case EITHER -> publicAndPrivate;
    };
  }
}
