package io.kuik.proxy.ops;

import io.kuik.registry.Redaction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per pull request. */
public final class AccessLog implements Consumer<PullReport> {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int SHOWN = 500;

  @Override
  public void accept(PullReport pull) {
    LOG.info("{}", line(pull));
  }

  static String line(PullReport pull) {
    String line = "request method=" + oneLine(pull.method()) + " image="
        + pull.subject().name() + " kind=" + pull.subject().kind() + " source=" + pull.source()
        + " status=" + pull.status() + " bytes=" + pull.bytes() + " ms=" + pull.took().toMillis() + " client="
        + pull.client();
    String cut = pull.cut().isEmpty() ? "" : " cut=" + pull.cut();
    return line + cut + (pull.note().isEmpty() ? "" : " note=\"" + oneLine(pull.note()) + "\"");
  }

  /** Registries' words are in it, which must not be able to forge a line of ours. */
  private static String oneLine(String text) {
    String flat = Redaction.of(text).replaceAll("\\p{Cntrl}", " ").replace('"', '\'');
    return flat.length() <= SHOWN ? flat : flat.substring(0, SHOWN) + "...";
  }
}
