package io.kuik.gcworker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command line answers when there is no step to do. */
class GcWorkerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commandLine = GcWorker.commandLine().setOut(new PrintWriter(out))
      .setErr(new PrintWriter(err));

  @Test
  void explainsItself() {
    assertEquals(0, commandLine.execute("--help"));
    assertTrue(out.toString().startsWith("Usage: gc-worker [-hV]"), out.toString());
    assertTrue(out.toString().contains("stop ") && out.toString().contains("restore "), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void namesItsVersion() {
    assertEquals(0, commandLine.execute("--version"));
    assertTrue(out.toString().startsWith("gc-worker "), out.toString());
  }

  @Test
  void refusesToRunWithoutAStep() {
    assertEquals(2, commandLine.execute());
    assertTrue(err.toString().startsWith("gc-worker was started without a step to do"), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertEquals(2, commandLine.execute("start"));
    assertTrue(err.toString().contains("'start'"), err.toString());
  }

  @Test
  void refusesAStepWithoutARegistry() {
    assertEquals(2, commandLine.execute("stop"));
    assertTrue(err.toString().startsWith("gc-worker stop needs --namespace and --stateful-set"),
        err.toString());
  }
}
