package train;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executors;

/** The place that a component is trained in: a folder, addresses, certificates and the fakes of its peers. */
final class Surroundings {
  private final Path folder;
  private final InetAddress outside;
  private final Certificates certificates;

  Surroundings(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    this.folder = Commands.empty(folder);
    this.outside = outsideAddress();
    this.certificates = new Certificates(folder, outside);
  }

  /** Upstream registries must not be on the loopback address: the components refuse to go there. */
  private static InetAddress outsideAddress() throws IOException {
    return NetworkInterface.networkInterfaces().filter(Surroundings::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new IOException(
            "this machine has no IPv4 address beside 127.0.0.1, and the training needs one for its fake registry"));
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback();
    } catch (IOException e) {
      return false;
    }
  }

  Certificates certificates() {
    return certificates;
  }

  /** A folder of the training. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** A file of the training. */
  Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A plain server of the loopback address, as those of the cluster are. */
  HttpServer clusterServer() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return server;
  }

  /** A TLS server, of the loopback address or of the one that stands for the internet. */
  HttpsServer tlsServer(boolean internet) throws IOException, GeneralSecurityException {
    InetAddress address = internet ? outside : InetAddress.getLoopbackAddress();
    HttpsServer server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificates.context()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return server;
  }

  /** A client that trusts the training's servers. */
  HttpClient client() throws IOException, GeneralSecurityException {
    return HttpClient.newBuilder().sslContext(certificates.context()).connectTimeout(Duration.ofSeconds(5))
        .build();
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
