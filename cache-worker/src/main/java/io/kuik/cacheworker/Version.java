package io.kuik.cacheworker;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version that the build wrote beside the classes. */
final class Version {
  private Version() {
  }

  static String current() {
    try (InputStream in = Version.class.getResourceAsStream("/cache-worker-version.properties")) {
      var properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
