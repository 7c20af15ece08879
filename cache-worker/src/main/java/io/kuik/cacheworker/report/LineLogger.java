package io.kuik.cacheworker.report;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** Writes a logger's lines in the form that the {@link LogSettings} ask for. */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;
  private static final String OURS = "io.kuik.";

  LineLogger(String name) {
    this.name = name;
  }

  /**
   * At DEBUG, HTTP libraries write down whole requests with their passwords; only their warnings are shown.
   */
  private boolean shows(Level level) {
    boolean ours = name.startsWith(OURS) || level.toInt() >= Level.WARN.toInt();
    return ours && LogSettings.shows(level);
  }

  @Override
  public boolean isTraceEnabled() {
    return shows(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return shows(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return shows(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return shows(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return shows(Level.ERROR);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return LineLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(Level level, @Nullable Marker marker, @Nullable String pattern,
      Object @Nullable [] arguments, @Nullable Throwable thrown) {
    var values = Arrays.stream(arguments == null ? new Object[0] : arguments).map(String::valueOf).toList();
    LogSettings.write(
        LogLine.of(Instant.now(), level.name(), String.valueOf(pattern), values,
            Optional.ofNullable(thrown)));
  }
}
