package io.kuik.controller.admission;

/** Text of a stranger in a log line: nobody has checked a pod yet when the webhook sees it. */
final class LogWord {
  /** A name of an image has 255 characters, a tag and a digest; a message of ours has some more. */
  private static final int LENGTH = 600;

  private LogWord() {
  }

  /** The text on one line, and cut when it is long. */
  static String of(String text) {
    String shown = text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "...";
    // What looks like the end of a line, in Unicode too, and what turns the direction of writing.
    return shown.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
  }
}
