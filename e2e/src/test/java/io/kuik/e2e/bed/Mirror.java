package io.kuik.e2e.bed;

/** What a node's containerd asks before docker.io itself, by its hosts.toml; gone when it is closed. */
public final class Mirror implements AutoCloseable {
  private static final String FOLDER = "/etc/containerd/certs.d/docker.io";

  private final String node;

  /** Has the node ask this port of its loopback first; containerd reads the file at each pull. */
  public Mirror(String node, int port) {
    this.node = node;
    Bed.run("nodex", node, "sh", "-c", """
        mkdir -p %s && cat > %s/hosts.toml <<'END'
        server = "https://registry-1.docker.io"

        [host."http://127.0.0.1:%d"]
          capabilities = ["pull", "resolve"]
        END
        """.formatted(FOLDER, FOLDER, port));
  }

  @Override
  public void close() {
    Bed.run("nodex", node, "rm", "-r", FOLDER);
  }
}
