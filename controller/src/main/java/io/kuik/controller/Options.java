package io.kuik.controller;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The command line. */
record Options(boolean uninstall, Map<String, String> values) {
  private static final Set<String> KNOWN = Set.of("config", "tls", "job-template", "collection-template",
      "webhook-port",
      "ops-port");

  /** Reads {@code [uninstall] --name=value ...}. */
  static Options parse(String[] args) {
    boolean uninstall = false;
    var values = new HashMap<String, String>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (arg.equals("uninstall")) {
        uninstall = true;
      } else if (arg.startsWith("--") && equals > 0 && KNOWN.contains(arg.substring(2, equals))) {
        values.put(arg.substring(2, equals), arg.substring(equals + 1));
      } else {
        throw new IllegalArgumentException(
            "unknown argument \"" + arg + "\": known are uninstall, and --NAME=VALUE with " + KNOWN);
      }
    }
    return new Options(uninstall, values);
  }

  Path path(String name, Path otherwise) {
    return Optional.ofNullable(values.get(name)).map(Path::of).orElse(otherwise);
  }

  int port(String name, int otherwise) {
    String text = values.getOrDefault(name, String.valueOf(otherwise));
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for everything that is no port.
    }
    throw new IllegalArgumentException("--" + name + " must be a port, not \"" + text + "\"");
  }
}
