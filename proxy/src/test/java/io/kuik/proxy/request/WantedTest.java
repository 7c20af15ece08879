package io.kuik.proxy.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which of a client's headers count. */
class WantedTest {
  private static Wanted of(Map<String, List<String>> headers) {
    return Wanted.of("GET", name -> headers.getOrDefault(name, List.of()));
  }

  @Test
  void passesTheClientsTypesOn() {
    List<String> accept = List.of("application/vnd.oci.image.manifest.v1+json", "*/*");
    assertEquals(accept, of(Map.of("Accept", accept)).accept());
  }

  @Test
  void replacesATypeThatIsAnyTypeByOurList() {
    assertEquals(List.of(), of(Map.of("Accept", List.of("*/*"))).accept());
    assertEquals(List.of(), of(Map.of()).accept());
  }

  @Test
  void passesNoEndlessHeaderOn() {
    String type = "application/vnd.oci.image.manifest.v1+json,";
    assertEquals(List.of(), of(Map.of("Accept", List.of(type.repeat(200)))).accept());
    assertTrue(of(Map.of("Range", List.of("bytes=" + "0-1,".repeat(2000)))).range().isEmpty());
  }

  @Test
  void asksForAPartOnlyByGet() {
    Map<String, List<String>> part = Map.of("Range", List.of("bytes=5-"));
    assertEquals(Optional.of("bytes=5-"), of(part).range());
    assertTrue(Wanted.of("HEAD", name -> part.getOrDefault(name, List.of())).range().isEmpty());
  }
}
