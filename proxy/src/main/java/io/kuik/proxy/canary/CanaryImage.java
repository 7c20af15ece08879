package io.kuik.proxy.canary;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.proxy.request.PullRequest.CanaryRead;
import io.kuik.proxy.request.SpecError;
import io.kuik.proxy.serve.Outcome;
import io.kuik.proxy.serve.Outcome.Origin;
import io.kuik.proxy.serve.Outcome.Refused;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.BlobHeader;
import io.kuik.proxy.source.Content;
import io.kuik.proxy.source.ManifestMemory.Lease;
import io.kuik.registry.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The canary's image: one manifest under every tag, one layer that some runtimes insist on, and its
 * configuration. Neither the cache nor an upstream is asked for it.
 */
public final class CanaryImage {
  private static final String PROGRAM = "kuik-canary";
  /** What the JDK calls a processor that images call otherwise. */
  private static final Map<String, String> ARCHITECTURES = Map.of("aarch64", "arm64", "x86_64", "amd64");

  private final Manifest manifest;
  private final Map<String, byte[]> blobs;

  /** For nodes of this architecture, as images call it. */
  CanaryImage(String architecture) {
    byte[] tar = TarLayer.of(PROGRAM, Program.of(architecture));
    byte[] layer = compressed(tar);
    byte[] config = bytes("""
        {"architecture":"%s","os":"linux","config":{"Entrypoint":["/%s"],"User":"65532"},\
        "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(architecture, PROGRAM,
        Digest.sha256(tar)));
    byte[] whole = bytes("""
        {"schemaVersion":2,"mediaType":"%s",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}"""
        .formatted(ManifestType.OCI_MANIFEST, Digest.sha256(config), config.length, Digest.sha256(layer),
            layer.length));
    manifest = new Manifest(whole, ManifestType.OCI_MANIFEST, Digest.sha256(whole));
    blobs = Map.of(Digest.sha256(layer).toString(), layer, Digest.sha256(config).toString(), config);
  }

  /** For the node that we run on. */
  public static CanaryImage ofThisNode() {
    String processor = System.getProperty("os.arch", "unknown");
    return new CanaryImage(ARCHITECTURES.getOrDefault(processor, processor));
  }

  /** Some clients (crane) take every layer for a compressed one, whatever its media type says. */
  private static byte[] compressed(byte[] tar) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a runtime gets. */
  public Outcome answer(CanaryRead read) {
    return (read.blob() ? blob(read.reference()) : manifest(read.reference()))
        .<Outcome>map(content -> new Served(Origin.PROXY, content, ""))
        .orElseGet(() -> new Refused(new SpecError(404, read.blob() ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN",
            "the image of the proxy's own has no such content")));
  }

  private Optional<Content> manifest(String reference) {
    boolean other = reference.indexOf(':') >= 0 && !reference.equals(manifest.digest().toString());
    return other ? Optional.empty() : Optional.of(new Content.WholeManifest(manifest, Lease.NONE));
  }

  private Optional<Content> blob(String digest) {
    return Optional.ofNullable(blobs.get(digest)).map(bytes -> new Content.Blob(Digest.parse(digest),
        new BlobHeader(200, bytes.length, "application/octet-stream", Optional.empty(), Optional.empty()),
        new BytesBody(bytes)));
  }
}
