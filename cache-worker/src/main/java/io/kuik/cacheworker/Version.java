package io.kuik.cacheworker;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote beside the classes. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[]{"cache-worker " + current()};
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
