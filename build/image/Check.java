import java.nio.file.Path;
import train.ImageCheck;

/**
 * Checks that a finished image holds an AOT cache that was made with just its jars and JVM, and that its JVM
 * takes it. The JDK does not check that itself (JDK-8377932): with an exchanged jar it would run the old
 * code.
 *
 * <p>
 * Usage: {@code java Check.java IMAGE-NAME TARGET-FOLDER}; reads the folder's jib-image.tar.
 */
class Check {
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: java Check.java IMAGE-NAME TARGET-FOLDER");
      System.exit(2);
    }
    System.exit(new ImageCheck(arguments[0], Path.of(arguments[1]).toAbsolutePath()).run());
  }
}
