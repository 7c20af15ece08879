package io.kuik.proxy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What most tests of the proxy need: one with the product's limits, and without its pauses. */
abstract class OneProxy {
  ProxyBed bed;

  @BeforeEach
  void startProxy() throws IOException {
    bed = new ProxyBed();
  }

  @AfterEach
  void stopProxy() throws IOException {
    bed.close();
  }
}
