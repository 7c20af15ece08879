package io.kuik.model;

/** Text that is no usable image reference, with the reason in words for a user. */
public final class InvalidReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 300;

  /** Names the text (cut when it is long) and what is wrong with it. */
  public InvalidReferenceException(String text, String reason) {
    super("invalid image reference \"" + shown(text) + "\": " + reason);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
