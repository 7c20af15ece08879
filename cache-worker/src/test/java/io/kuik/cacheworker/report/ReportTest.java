package io.kuik.cacheworker.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users read of a copy. */
class ReportTest {
  @TempDir
  private Path folder;

  private static CopyReport report(String message) {
    return new CopyReport("NotFound", "docker.io/library/x:1", "", "", 0, 12, 0, 0, 0, message);
  }

  @Test
  void writesTheReportAsJson() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "older and longer than what comes".repeat(30));
    new TerminationMessage(file).write(report("no \"such\" image <x>"));
    assertEquals(
        "{\"outcome\":\"NotFound\",\"image\":\"docker.io/library/x:1\",\"location\":\"\",\"digest\":\"\",\"size\":0,\"movedBytes\":12,\"retryAfterSeconds\":0,\"pullLimit\":0,\"pullsRemaining\":0,\"message\":\"no \\\"such\\\" image <x>\"}",
        Files.readString(file));
  }

  @Test
  void makesNoFileOfItsOwn() {
    Path file = folder.resolve("absent");
    new TerminationMessage(file).write(report("x"));
    assertFalse(Files.exists(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "\u0001", "漢", "🐳"})
  void staysReadableWithinTheKubeletsLimit(String fill) {
    String json = TerminationMessage.json(report(fill.repeat(5000)));
    int size = json.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(size <= TerminationMessage.LIMIT && size > TerminationMessage.LIMIT - 10, size + " bytes");
    String message = new Gson().fromJson(json, CopyReport.class).message();
    assertTrue(message.startsWith(fill) && message.endsWith("..."), message);
    assertFalse(message.contains("?"), "no half characters");
  }

  @Test
  void showsPercentRateAndTheTimeThatIsLeft() {
    var progress = new Progress();
    assertEquals(new Progress.Step("0%", "0B/0B", "0.0MB/s", "unknown"), progress.step(0, 10));
    progress.expect(400_000_000);
    progress.there(100_000_000);
    progress.moved(150_000_000);
    assertEquals(new Progress.Step("62%", "250.0MB/400.0MB", "10.0MB/s", "15s"),
        progress.step(50_000_000, 10));
    assertEquals("1m40s", progress.step(135_000_000, 10).left());
    assertEquals("4h10m", progress.step(149_900_000, 10).left());
    progress.moved(-150_000_000);
    assertEquals(new Progress.Step("25%", "100.0MB/400.0MB", "0.0MB/s", "unknown"),
        progress.step(150_000_000, 10));
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "999, 999B", "1000, 1.0kB", "31400000, 31.4MB", "2410000000, 2.41GB"})
  void writesSizesForPeople(long bytes, String text) {
    assertEquals(text, ByteSize.text(bytes));
  }

  /** What was tried, on what, and why it failed stands before it. */
  @ParameterizedTest
  @EnumSource
  void saysWhatToDo(CopyOutcome outcome) {
    String advised = new CopyFailure(outcome, "It failed").advised();
    assertTrue(advised.startsWith("It failed. ") && advised.endsWith("."), advised);
    String advice = advised.substring("It failed. ".length());
    long same = Arrays.stream(CopyOutcome.values())
        .filter(o -> new CopyFailure(o, "It failed").advised().endsWith(advice)).count();
    assertEquals(outcome.cached() ? 2 : 1, same, "each failure has an advice of its own");
  }
}
