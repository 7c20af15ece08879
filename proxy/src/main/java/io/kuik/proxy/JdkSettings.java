package io.kuik.proxy;

import java.security.Security;
import java.util.Map;

/** Switches of the JDK's HTTP server, HTTP client and resolver; read once, so set before their first use. */
final class JdkSettings {
  private static final Map<String, String> SYSTEM = Map.of(
      // Without it a response of two writes waits for the client's delayed acknowledgement.
      "sun.net.httpserver.nodelay", "true",
      // Seconds: a client that does not finish its request line and headers is no client. Those of CRI-O and
      // skopeo try TLS first wherever a registry is "insecure", and go on only when that is ended.
      "sun.net.httpserver.maxReqTime", "2",
      // Seconds; containerd keeps idle connections for 10.
      "sun.net.httpserver.idleInterval", "60", "sun.net.httpserver.maxReqHeaderSize", "65536",
      "jdk.httpserver.maxConnections", "1024",
      // Each keeps buffers of 128 KiB; the default is 200.
      "sun.net.httpserver.maxIdleConnections", "64",
      // Idle connections that are kept to one registry; the default of 5 has pulls reconnect all the time.
      "http.maxConnections", "64",
      // The resolver's own order (RFC 6724), which knows whether this node has IPv6 at all.
      "java.net.preferIPv6Addresses", "system");

  /**
   * Seconds. The registry's address is asked for often, since its Service may be made anew, and kept for a
   * day when nobody answers: an outage of DNS must not be one of the cache.
   */
  private static final Map<String, String> SECURITY = Map.of("networkaddress.cache.ttl", "10",
      "networkaddress.cache.negative.ttl", "1", "networkaddress.cache.stale.ttl", "86400");

  private JdkSettings() {
  }

  static void apply() {
    SYSTEM.forEach(System::setProperty);
    SECURITY.forEach(Security::setProperty);
  }
}
