package io.kuik.cacheworker;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/**
 * Stands before a real registry and spoils what its script says. Every request has a connection of its own,
 * so that each can be spoiled by itself.
 */
final class FaultFront implements AutoCloseable {
  private static final int BUFFER = 16 << 10;
  private static final Pattern CONNECTION = Pattern.compile("(?im)^(connection|keep-alive):.*\r\n");

  /** Says what happens to a request; called once for each, in the order in which they come. */
  interface Script {
    /** What happens to it. */
    Fault on(Asked asked);
  }

  /** A request's first line, and its header as it came. */
  record Asked(int number, String method, String path, String head) {
    boolean blob() {
      return method.equals("GET") && path.contains("/blobs/");
    }

    String header(String name) {
      return head.lines()
          .filter(l -> l.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(l -> l.substring(name.length() + 1).strip()).findFirst().orElse("");
    }
  }

  private final ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final URI behind;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Script script = a -> Fault.NONE;

  FaultFront(URI behind) throws IOException {
    this.behind = behind;
    Thread.ofVirtual().start(this::serve);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  void script(Script next) {
    script = next;
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> client(client));
      } catch (IOException over) {
        return;
      }
    }
  }

  private void client(Socket client) {
    try (client) {
      var in = new BufferedInputStream(client.getInputStream(), BUFFER);
      String head = head(in);
      if (!head.isEmpty()) {
        Asked request = add(head);
        exchange(request, script.on(request), in, client);
      }
    } catch (IOException e) {
      // Either end is gone, which is what these tests are about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Asked add(String head) {
    String[] line = head.split(" ", 3);
    var request = new Asked(asked.size() + 1, line[0], line[1], head);
    asked.add(request);
    return request;
  }

  private void exchange(Asked request, Fault fault, InputStream in, Socket client)
      throws IOException, InterruptedException {
    OutputStream out = client.getOutputStream();
    if (fault.hangs()) {
      closed.await();
      return;
    }
    if (!fault.answer().isEmpty()) {
      out.write(fault.answer().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return;
    }
    try (Socket server = new Socket(behind.getHost(), behind.getPort())) {
      String path = fault.path().isEmpty() ? request.path() : fault.path();
      String head = request.head().replace(" " + request.path() + " ", " " + path + " ");
      server.getOutputStream().write(closing(head).getBytes(StandardCharsets.ISO_8859_1));
      server.getOutputStream().flush();
      Thread.ofVirtual().start(() -> upload(in, server, client, fault));
      var answer = new BufferedInputStream(server.getInputStream(), BUFFER);
      out.write(fault.header().apply(closing(head(answer))).getBytes(StandardCharsets.ISO_8859_1));
      fault.response().pass(answer, out, closed);
    }
  }

  private void upload(InputStream in, Socket server, Socket client, Fault fault) {
    try {
      fault.request().pass(in, server.getOutputStream(), closed);
      if (fault.request().spoils()) {
        // Its end is the fault: neither side learns more.
        client.close();
        server.close();
      }
    } catch (IOException e) {
      // As above.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String closing(String head) {
    String bare = CONNECTION.matcher(head).replaceAll("");
    return bare.isEmpty() ? bare : bare.substring(0, bare.length() - 2) + "Connection: close\r\n\r\n";
  }

  /** Up to and with the empty line; empty if the connection ends before. */
  private static String head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      bytes.write(b);
      if (b == '\n' && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
  }
}
