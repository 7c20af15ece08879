import java.nio.file.Path;
import train.Trainer;

/**
 * Writes the AOT cache of a component: runs it once from its image, against fakes of its peers.
 *
 * <p>
 * Usage: {@code java Train.java COMPONENT HEAP TARGET-FOLDER}; reads the folder's plain.tar, writes its
 * aot/app/app.aot and aot/app/code.sha256. Nothing is done when the image, these programs and the JDK are
 * those of the last time.
 */
class Train {
  public static void main(String[] arguments) {
    if (arguments.length != 3) {
      System.err.println("usage: java Train.java COMPONENT HEAP TARGET-FOLDER");
      System.exit(2);
    }
    // On every path: servers and clients of the training have threads of their own.
    System.exit(new Trainer(arguments[0], arguments[1], Path.of(arguments[2]).toAbsolutePath()).run());
  }
}
