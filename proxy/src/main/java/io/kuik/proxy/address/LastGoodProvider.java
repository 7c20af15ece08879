package io.kuik.proxy.address;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Puts {@link LastGoodAddresses} in the place of the JDK's resolver; the JDK finds it by its service file.
 */
public final class LastGoodProvider extends InetAddressResolverProvider {
  /** A name that was never found is worth waiting for, as long as the connection to it may take. */
  private static final Duration FIRST = Duration.ofSeconds(5);
  /** A name server that is well answers in a few milliseconds. */
  private static final Duration AGAIN = Duration.ofMillis(100);

  /** Called by the JDK. */
  public LastGoodProvider() {
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return new LastGoodAddresses(configuration.builtinResolver(), FIRST, AGAIN, InstantSource.system());
  }

  @Override
  public String name() {
    return "last good addresses";
  }
}
