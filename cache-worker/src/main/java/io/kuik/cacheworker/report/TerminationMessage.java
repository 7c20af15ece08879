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
      Files.writeString(file, json(report), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      LOG.debug("no termination message written file={} reason={}", file, e.toString());
    }
  }

  /** The report within the limit; its message gives way. */
  static String json(CopyReport report) {
    String json = GSON.toJson(report);
    String message = report.message();
    while (size(json) > LIMIT && message.length() > CUT.length()) {
      int keep = Math.max(0, message.length() - CUT.length() - Math.max(1, (size(json) - LIMIT) / 2));
      // Half of a surrogate pair would be written as a question mark.
      keep = keep > 0 && Character.isHighSurrogate(message.charAt(keep - 1)) ? keep - 1 : keep;
      message = message.substring(0, keep) + CUT;
      json = GSON.toJson(new CopyReport(report.outcome(), report.image(), report.location(), report.digest(),
          report.size(), report.movedBytes(), message));
    }
    return json;
  }

  private static int size(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }
}
