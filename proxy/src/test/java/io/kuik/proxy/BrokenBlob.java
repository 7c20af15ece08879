package io.kuik.proxy;

import com.sun.net.httpserver.HttpExchange;
import io.kuik.registry.FakeRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A blob as a registry serves it, with parts; its answers break off where they are told to. */
final class BrokenBlob implements FakeRegistry.Fault {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  /** Bytes after which the next answers are cut, one for each; the ones after that are whole. */
  private final CopyOnWriteArrayList<Integer> cuts;
  private final CopyOnWriteArrayList<String> asked = new CopyOnWriteArrayList<>();
  private final byte[] bytes;
  private boolean parts = true;

  BrokenBlob(byte[] bytes, Integer... cuts) {
    this.bytes = bytes;
    this.cuts = new CopyOnWriteArrayList<>(cuts);
  }

  /** The same from a registry that knows no parts. */
  BrokenBlob withoutParts() {
    parts = false;
    return this;
  }

  /** What was asked for: ranges, or "whole". */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public boolean answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().contains("/blobs/")
        || !exchange.getRequestMethod().equals("GET")) {
      return false;
    }
    String wanted = exchange.getRequestHeaders().getFirst("Range");
    asked.add(wanted == null ? "whole" : wanted);
    Matcher range = RANGE.matcher(wanted == null || !parts ? "bytes=0-" : wanted);
    if (!range.matches()) {
      throw new IOException("no range: " + wanted);
    }
    int start = Integer.parseInt(range.group(1));
    int end = range.group(2).isEmpty() ? bytes.length : Integer.parseInt(range.group(2)) + 1;
    boolean part = wanted != null && parts;
    if (part) {
      exchange.getResponseHeaders().set("Content-Range",
          "bytes " + start + "-" + (end - 1) + "/" + bytes.length);
    }
    exchange.sendResponseHeaders(part ? 206 : 200, end - start);
    send(exchange.getResponseBody(), start, end);
    return true;
  }

  private void send(OutputStream out, int start, int end) throws IOException {
    int cut = cuts.isEmpty() ? Integer.MAX_VALUE : cuts.removeFirst();
    out.write(bytes, start, Math.min(cut, end - start));
    out.flush();
    if (cut < end - start) {
      throw new IOException("cut");
    }
  }
}
