package io.kuik.proxy.address;

import io.kuik.model.ShortMemory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Names resolved within a limit, and to their last good addresses while DNS is away. The JDK keeps addresses
 * too, but the one who asks when they are old waits as long as the C library likes: longer than the cache has
 * to answer.
 */
final class LastGoodAddresses implements InetAddressResolver {
  private static final int REMEMBERED = 1000;
  private static final int AT_ONCE = 64;
  private static final Duration KEPT = Duration.ofDays(1);

  private final InetAddressResolver system;
  private final Duration first;
  private final Duration again;
  private final ShortMemory<Key, List<InetAddress>> good;
  private final Map<Key, CompletableFuture<List<InetAddress>>> running = new HashMap<>();

  private record Key(String host, int characteristics) {
  }

  /** Waits for {@code first} where a name was never found, and for {@code again} where it was. */
  LastGoodAddresses(InetAddressResolver system, Duration first, Duration again, InstantSource clock) {
    this.system = system;
    this.first = first;
    this.again = again;
    this.good = new ShortMemory<>(REMEMBERED, clock);
  }

  @Override
  public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
    var key = new Key(host, policy.characteristics());
    Optional<List<InetAddress>> known = good.find(key);
    try {
      return lookup(key, policy).get((known.isPresent() ? again : first).toMillis(), TimeUnit.MILLISECONDS)
          .stream();
    } catch (TimeoutException e) {
      return known.orElseThrow(() -> unknown(host + ": no answer from DNS in " + first.toMillis() + " ms"))
          .stream();
    } catch (ExecutionException e) {
      return known.orElseThrow(() -> unknown(host + ": " + e.getCause())).stream();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(host + ": interrupted");
    }
  }

  private static UnknownHostException unknown(String message) {
    return new UnknownHostException(message);
  }

  /** A thread of the system for each name: the C library keeps whoever asks it. */
  private CompletableFuture<List<InetAddress>> lookup(Key key, LookupPolicy policy) {
    synchronized (running) {
      CompletableFuture<List<InetAddress>> known = running.get(key);
      if (known != null) {
        return known;
      }
      var answer = new CompletableFuture<List<InetAddress>>();
      if (running.size() >= AT_ONCE) {
        answer.completeExceptionally(unknown(key.host + ": too many names wait for DNS"));
        return answer;
      }
      running.put(key, answer);
      Thread.ofPlatform().daemon().name("resolve").start(() -> resolve(key, policy, answer));
      return answer;
    }
  }

  private void resolve(Key key, LookupPolicy policy, CompletableFuture<List<InetAddress>> answer) {
    Optional<List<InetAddress>> addresses = Optional.empty();
    Exception why = unknown(key.host);
    try (Stream<InetAddress> found = system.lookupByName(key.host, policy)) {
      addresses = Optional.of(found.toList());
    } catch (UnknownHostException | RuntimeException e) {
      why = e;
    }
    addresses.ifPresent(a -> good.keep(key, a, KEPT));
    synchronized (running) {
      running.remove(key);
    }
    if (addresses.isPresent()) {
      answer.complete(addresses.get());
    } else {
      answer.completeExceptionally(why);
    }
  }

  @Override
  public String lookupByAddress(byte[] address) throws UnknownHostException {
    return system.lookupByAddress(address);
  }
}
