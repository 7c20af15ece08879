package io.kuik.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** A name server in the hands of somebody who wants to be led elsewhere; for a process of its own. */
public final class ChangingNames extends InetAddressResolverProvider {
  private static final Map<String, List<String>> NAMES = Map.of("public.example", List.of("203.0.113.9"),
      "private.example", List.of("10.0.0.5"), "loop.example", List.of("127.0.0.1"), "meta.example",
      List.of("169.254.169.254"), "mixed.example", List.of("203.0.113.9", "127.0.0.1"), "nat64.example",
      List.of("64:ff9b::a9fe:a9fe"), "mapped.example", List.of("::ffff:127.0.0.1"));
  /** Another address at each look. */
  private static final Map<String, List<String>> FLIPPING = Map.of("flip.example",
      List.of("203.0.113.9", "127.0.0.1"), "flop.example", List.of("203.0.113.9", "10.0.0.5"));
  private final Random looks = new Random(5);

  /** Called by the JDK. */
  public ChangingNames() {
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
        List<String> turns = FLIPPING.getOrDefault(host, List.of());
        List<String> found = turns.isEmpty()
            ? NAMES.getOrDefault(host, List.of())
            : List.of(turns.get(looks.nextInt(turns.size())));
        if (found.isEmpty()) {
          throw new UnknownHostException(host);
        }
        return found.stream().map(InetAddress::ofLiteral);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        throw new UnknownHostException("nobody asks for names of addresses");
      }
    };
  }

  @Override
  public String name() {
    return "changing names";
  }
}
