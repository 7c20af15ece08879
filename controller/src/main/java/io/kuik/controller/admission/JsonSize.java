package io.kuik.controller.admission;

/** How much there is in a JSON text, told before anything of it is made. */
final class JsonSize {
  private JsonSize() {
  }

  /**
   * At least as many as the text has values: each is the first in its array or object, or stands behind a
   * comma. Every byte of a character beyond ASCII is beyond ASCII in UTF-8, so bytes are enough to look at.
   */
  static int values(byte[] utf8) {
    int values = 1;
    boolean text = false;
    for (int i = 0; i < utf8.length; i++) {
      byte b = utf8[i];
      if (text) {
        if (b == '\\') {
          i++;
        } else {
          text = b != '"';
        }
      } else if (b == '"') {
        text = true;
      } else if (b == ',' || b == '[' || b == '{') {
        values++;
      }
    }
    return values;
  }
}
