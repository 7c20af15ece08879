package io.kuik.proxy.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.kuik.proxy.request.PullRequest.CanaryRead;
import io.kuik.proxy.serve.Outcome.Served;
import io.kuik.proxy.source.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the canary's image. */
class CanaryImageTest {
  private static final Pattern LAYER = Pattern.compile("\"layers\":\\[\\{.*?\"digest\":\"([^\"]+)\"");
  private static final Pattern CONFIG = Pattern.compile("\"config\":\\{.*?\"digest\":\"([^\"]+)\"");

  private static String manifest(CanaryImage image) {
    var served = assertInstanceOf(Served.class, image.answer(new CanaryRead(false, "any")));
    var whole = assertInstanceOf(Content.WholeManifest.class, served.content());
    return new String(whole.manifest().bytes(), StandardCharsets.UTF_8);
  }

  private static byte[] blob(CanaryImage image, Pattern which) throws IOException {
    Matcher found = which.matcher(manifest(image));
    assertEquals(true, found.find());
    var served = assertInstanceOf(Served.class, image.answer(new CanaryRead(true, found.group(1))));
    var blob = assertInstanceOf(Content.Blob.class, served.content());
    byte[] bytes = new byte[(int) blob.length()];
    assertEquals(bytes.length, blob.body().read(bytes, 0, bytes.length));
    assertEquals(-1, blob.body().read(new byte[1], 0, 1));
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void isOfTheNodesArchitecture(String architecture) throws Exception {
    String config = new String(blob(new CanaryImage(architecture), CONFIG), StandardCharsets.UTF_8);
    assertEquals(true, config.startsWith("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\","),
        config);
  }

  @Test
  void itsProgramEndsWell(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && Set.of("amd64", "aarch64").contains(System.getProperty("os.arch")),
        "there is a program for this machine");
    Files.write(folder.resolve("layer.tar"), blob(CanaryImage.ofThisNode(), LAYER));
    assertEquals("0 -rwxr-xr-x kuik-canary", run(folder, "sh", "-c",
        "tar tvf layer.tar | tr -s ' ' | cut -d' ' -f1,6"));
    assertEquals("0 ", run(folder, "tar", "xf", "layer.tar"));
    assertEquals("0 ", run(folder, "./kuik-canary"));
  }

  private static String run(Path folder, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said.strip();
  }

  /** Fields of the ELF header at their places, for a machine that we may not be. */
  @ParameterizedTest
  @CsvSource({"amd64, 62, 129", "arm64, 183, 132"})
  void itsProgramIsAnExecutableOfThatMachine(String architecture, int machine, int size) {
    byte[] elf = Program.of(architecture);
    assertEquals(size, elf.length);
    assertEquals(List.of(0x7f, (int) 'E', (int) 'L', (int) 'F', 2, machine),
        List.of((int) elf[0], (int) elf[1], (int) elf[2], (int) elf[3], (int) elf[16], elf[18] & 0xff));
  }
}
