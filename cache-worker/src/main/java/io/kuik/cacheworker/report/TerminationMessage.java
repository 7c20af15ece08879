package io.kuik.cacheworker.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.kuik.model.CopyReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The report in the file that the kubelet puts into the pod's status. */
public final class TerminationMessage {
  /** The kubelet's limit; what is longer is cut there, and would be no JSON any more. */
  static final int LIMIT = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(TerminationMessage.class);
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final String CUT = "...";

  private final Path file;

  /** The kubelet makes this file; by hand there is none. */
  public TerminationMessage(Path file) {
    this.file = file;
  }

  /** Writes the report; that it can't be written never changes how the copy ended. */
  public void write(CopyReport report) {
    try {
      Files.writeString(file, json(report.withMessage(Redaction.of(report.message()))),
          StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      LOG.debug("no termination message written file={} reason={}", file, e.toString());
    }
  }

  /** The report within the limit; its message gives way. */
  static String json(CopyReport report) {
    String whole = GSON.toJson(report);
    if (size(whole) <= LIMIT) {
      return whole;
    }
    int fits = 0;
    int tooLong = report.message().length();
    while (tooLong - fits > 1) {
      int middle = (fits + tooLong) >>> 1;
      if (size(cut(report, middle)) <= LIMIT) {
        fits = middle;
      } else {
        tooLong = middle;
      }
    }
    return cut(report, fits);
  }

  private static String cut(CopyReport report, int length) {
    String message = report.message();
    // Half of a surrogate pair would be written as a question mark.
    int end = length > 0 && Character.isHighSurrogate(message.charAt(length - 1)) ? length - 1 : length;
    return GSON.toJson(report.withMessage(message.substring(0, end) + CUT));
  }

  private static int size(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
