package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks into a finished image: its name, its code and its AOT cache must belong together. */
public final class ImageCheck {
  private final String name;
  private final Path target;

  /** For the image of that full name in the target folder of its module. */
  public ImageCheck(String name, Path target) {
    this.name = name;
    this.target = target;
  }

  /** The exit code: 0 when all is right. */
  public int run() {
    try {
      Path tar = target.resolve("jib-image.tar");
      Done done = Done.with(target.resolve("checked"), tar, List.of(name));
      if (!done.already()) {
        done.forget();
        check(UnpackedImage.of(tar, target.resolve("check")));
        Commands.empty(target.resolve("check"));
        done.remember();
      }
      System.out.printf("%s: %.1f MB%n", name, Files.size(tar) / 1e6);
      return 0;
    } catch (IOException e) {
      System.err.println(name + ": " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      System.err.println(name + ": the check was interrupted");
      return 1;
    }
  }

  private void check(UnpackedImage image) throws IOException, InterruptedException {
    if (!image.ociIndex().contains('"' + name + '"')) {
      throw new IOException(
          "the tar does not tell this name, so nodes would not find it: " + image.ociIndex());
    }
    String trained = Files.readString(image.path("/app/code.sha256")).strip();
    if (!trained.equals(image.codeHash())) {
      throw new IOException("the AOT cache was made with other code (" + trained + ") than the image holds ("
          + image.codeHash() + "); remove " + target + " and build again");
    }
    startWithCache(image);
  }

  /**
   * The image's own command line with -version for its program; AOTMode=on ends the JVM if the cache does not
   * fit.
   */
  private static void startWithCache(UnpackedImage image) throws IOException, InterruptedException {
    var command = new ArrayList<>(image.entrypoint());
    int classPath = command.indexOf("-cp") + 1;
    command.set(classPath, image.classPath());
    command.subList(classPath + 1, command.size()).clear();
    command.addAll(List.of("-XX:AOTMode=on", "-version"));
    Commands.run(command);
  }
}
