package io.kuik.registry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that opens every tunnel to the same port of this machine, whatever name it is asked for. */
final class FakeProxy implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final String login;
  /** First lines of requests. */
  final List<String> asked = new CopyOnWriteArrayList<>();
  /** Whole heads of requests. */
  final List<String> heads = new CopyOnWriteArrayList<>();

  /** The login is the value of a Proxy-Authorization header; empty if everybody may use it. */
  FakeProxy(int target, String login) throws IOException {
    this.target = target;
    this.login = login;
    Thread.ofVirtual().start(this::serve);
  }

  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> client(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void client(Socket client) {
    try (client) {
      var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII),
          1);
      String head = head(in);
      heads.add(head);
      asked.add(head.lines().findFirst().orElse(""));
      OutputStream out = client.getOutputStream();
      if (!login.isEmpty() && !head.contains("Proxy-authorization: " + login + "\n")) {
        say(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corporate\"");
      } else if (head.startsWith("CONNECT ")) {
        tunnel(client, out);
      } else {
        say(out, "404 Not Found");
      }
    } catch (IOException e) {
      // The client is gone, or nobody is at the target: either ends this connection.
    }
  }

  private static void say(OutputStream out, String status) throws IOException {
    out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String head(BufferedReader in) throws IOException {
    var head = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  private void tunnel(Socket client, OutputStream out) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      Thread.ofVirtual().start(() -> pass(server, client));
      client.getInputStream().transferTo(server.getOutputStream());
    }
  }

  private static void pass(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One end is gone; the other will notice.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
