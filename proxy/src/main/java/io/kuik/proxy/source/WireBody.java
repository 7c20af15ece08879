package io.kuik.proxy.source;

import io.kuik.registry.RegistryResponse;
import io.kuik.registry.SteadyStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The body of a registry's answer as it comes. */
final class WireBody implements Body {
  private final RegistryResponse response;
  private long left;
  private @Nullable InputStream in;
  private boolean ended;

  WireBody(RegistryResponse response) {
    this.response = response;
    this.left = response.length();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (in == null) {
      in = new SteadyStream(response.body());
    }
    int most = left < 0 ? length : (int) Math.min(length, left);
    int n = most == 0 ? -1 : in.read(buffer, offset, most);
    if (n < 0) {
      if (left > 0) {
        throw new IOException("the answer ended " + left + " bytes too early");
      }
      ended = true;
    } else if (left > 0) {
      left -= n;
      ended = left == 0;
    }
    return n;
  }

  @Override
  public void close() {
    if (ended || in == null) {
      response.close();
    } else {
      response.abort();
    }
  }
}
