package io.kuik.controller.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonParser;
import io.kuik.model.Platform;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What images a node can run. */
class NodeViewTest {
  private static Optional<Platform> platform(String labels, String info) {
    return NodeView.of(JsonParser.parseString("{\"metadata\":{\"name\":\"n1\",\"labels\":" + labels
        + "},\"status\":{\"nodeInfo\":" + info + "}}").getAsJsonObject()).platform();
  }

  @Test
  void isOfItsSystemAndCpu() {
    assertEquals(Optional.of(Platform.parse("linux/arm64")),
        platform("{}", "{\"operatingSystem\":\"linux\",\"architecture\":\"arm64\"}"));
    assertEquals(Optional.empty(), platform("{}", "{}"), "a node that has not reported yet");
  }

  @Test
  void isOfItsBuildOfWindows() {
    assertEquals(Optional.of(Platform.parse("windows(10.0.20348)/amd64")),
        platform("{\"node.kubernetes.io/windows-build\":\"10.0.20348\"}",
            "{\"operatingSystem\":\"windows\",\"architecture\":\"amd64\"}"));
  }
}
