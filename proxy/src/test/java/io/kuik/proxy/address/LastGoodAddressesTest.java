package io.kuik.proxy.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names while DNS is there, away, and back. */
class LastGoodAddressesTest {
  private static final LookupPolicy ANY = LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6);
  private static final String HOST = "registry.kuik-system";

  /** What asks DNS. */
  private interface Dns {
    Stream<InetAddress> find(String host) throws UnknownHostException;
  }

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private Instant now = Instant.EPOCH;
  private volatile Dns dns = host -> Stream.of(InetAddress.ofLiteral("10.0.0.1"));
  private final LastGoodAddresses addresses = new LastGoodAddresses(new InetAddressResolver() {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
      asked.incrementAndGet();
      return dns.find(host);
    }

    @Override
    public String lookupByAddress(byte[] address) {
      return HOST;
    }
  }, Duration.ofMillis(500), Duration.ofMillis(50), () -> now);

  @AfterEach
  void stop() {
    end.countDown();
  }

  private Stream<InetAddress> hang() throws UnknownHostException {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException("ended");
  }

  private List<String> lookup() throws UnknownHostException {
    return addresses.lookupByName(HOST, ANY).map(InetAddress::getHostAddress).toList();
  }

  @Test
  void asksEachTime() throws Exception {
    assertEquals(List.of("10.0.0.1"), lookup());
    dns = host -> Stream.of(InetAddress.ofLiteral("10.0.0.2"));
    assertEquals(List.of("10.0.0.2"), lookup());
  }

  @Test
  void knowsTheLastGoodAddressWhileDnsKnowsNone() throws Exception {
    lookup();
    dns = host -> {
      throw new UnknownHostException(host);
    };
    assertEquals(List.of("10.0.0.1"), lookup());
  }

  @Test
  void knowsTheLastGoodAddressAtOnceWhileDnsHangs() throws Exception {
    lookup();
    dns = _ -> hang();
    assertTimeout(Duration.ofMillis(450), () -> assertEquals(List.of("10.0.0.1"), lookup()));
  }

  @Test
  void asksAHangingDnsNoMoreThanOnceForAName() throws Exception {
    lookup();
    dns = _ -> hang();
    lookup();
    lookup();
    assertEquals(2, asked.get());
  }

  @Test
  void waitsNoLongerThanItsLimitForANameThatIsNew() {
    dns = _ -> hang();
    String message = assertThrows(UnknownHostException.class, this::lookup).getMessage();
    assertTrue(message.contains("no answer from DNS in 500 ms"), message);
  }

  @Test
  void forgetsAfterADay() throws Exception {
    lookup();
    now = now.plus(Duration.ofDays(1));
    dns = host -> {
      throw new UnknownHostException(host);
    };
    assertThrows(UnknownHostException.class, this::lookup);
  }

  @Test
  void asksForNoMoreThanSoManyNamesAtOnce() throws Exception {
    dns = _ -> hang();
    for (int i = 0; i < 64; i++) {
      String host = "host" + i;
      Thread.ofVirtual().start(() -> assertThrows(UnknownHostException.class,
          () -> addresses.lookupByName(host, ANY)));
    }
    while (asked.get() < 64) {
      Thread.onSpinWait();
    }
    String message = assertThrows(UnknownHostException.class, this::lookup).getMessage();
    assertTrue(message.contains("too many names"), message);
  }

  @Test
  void isTheResolverOfThisProgram() throws Exception {
    assertEquals("last good addresses", new LastGoodProvider().name());
    assertTrue(ServiceLoader.load(InetAddressResolverProvider.class).stream()
        .anyMatch(p -> p.type() == LastGoodProvider.class));
  }
}
