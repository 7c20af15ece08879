package train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.util.List;

/** Makes a component's AOT cache, unless it is made already. */
public final class Trainer {
  private final String component;
  private final String heap;
  private final Path target;

  /** For the component of a module, with the image's heap limit and the module's target folder. */
  public Trainer(String component, String heap, Path target) {
    this.component = component;
    this.heap = heap;
    this.target = target;
  }

  /** The exit code: 0 when the cache is there. */
  public int run() {
    try {
      Path plain = target.resolve("plain.tar");
      Path cache = target.resolve("aot/app/app.aot");
      Done done = Done.with(target.resolve("trained"), plain, List.of(component, heap));
      if (done.already() && Files.exists(cache)) {
        System.out.println(component + ": the AOT cache fits already");
        return 0;
      }
      done.forget();
      train(plain, cache);
      done.remember();
      return 0;
    } catch (IOException | GeneralSecurityException e) {
      System.err.println(component + ": the training failed: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      System.err.println(component + ": the training was interrupted");
      return 1;
    }
  }

  private void train(Path plain, Path cache)
      throws IOException, InterruptedException, GeneralSecurityException {
    long start = System.nanoTime();
    UnpackedImage image = UnpackedImage.of(plain, target.resolve("train/image"));
    var surroundings = new Surroundings(target.resolve("train/surroundings"));
    var training = new Training(image, heap, Commands.empty(target.resolve("train/run")));
    Path made = training.run(Exercises.of(component, surroundings));
    Files.createDirectories(cache.getParent());
    Files.move(made, cache, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(cache.resolveSibling("code.sha256"), image.codeHash() + "\n");
    System.out.printf("%s: AOT cache of %.1f MB in %.1f s%n", component, Files.size(cache) / 1e6,
        (System.nanoTime() - start) / 1e9);
  }
}
