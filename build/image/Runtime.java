import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import train.Done;

/**
 * Makes the root file system that all images share: a JDK cut down by jlink, the C library, its loader and a
 * few files of /etc. There is nothing else in it: no shell, no package manager.
 *
 * <p>
 * Usage: {@code java Runtime.java TARGET-FOLDER JVM-OPTIONS-FILE JOB-OPTIONS-FILE}
 */
class Runtime {
  private static final String MODULES = "java.base,java.desktop,java.logging,java.management,java.naming,"
      + "java.rmi,java.sql,java.xml,jdk.httpserver,jdk.unsupported";

  /**
   * The security providers that the modules above hold. With the JDK's own list, each missing provider sends
   * {@code Security.getProviders()} through every jar: measured 0.8 s at each start.
   */
  private static final List<String> PROVIDERS = List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

  /**
   * A line of ldd: {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)}, the loader without arrow.
   */
  private static final Pattern LIBRARY = Pattern.compile("(?:=> )?(/\\S+) \\(0x");

  private final Path root;
  private final Path home;

  private Runtime(Path root) {
    this.root = root;
    this.home = root.resolve("opt/java");
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "usage: java Runtime.java TARGET-FOLDER JVM-OPTIONS-FILE JOB-OPTIONS-FILE");
    }
    requireLinux();
    Path root = Path.of(arguments[0]).toAbsolutePath();
    String options = Files.readString(Path.of(arguments[1]));
    String more = Files.readString(Path.of(arguments[2]));
    Done done = Done.with(root.resolveSibling("linked"), Path.of(arguments[1]),
        List.of(libraryVersion(), more));
    if (done.already() && Files.isDirectory(root)) {
      System.out.println("the runtime is made already");
      return;
    }
    done.forget();
    delete(root);
    // jib looks for the classes of a module, even of one that has none.
    Files.createDirectories(root.resolveSibling("classes"));
    new Runtime(root).make(options, more);
    done.remember();
  }

  private static String libraryVersion() throws IOException, InterruptedException {
    Process ldd = new ProcessBuilder("ldd", "--version").start();
    String version = new String(ldd.getInputStream().readAllBytes());
    ldd.waitFor();
    return version;
  }

  private static void requireLinux() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals("Linux amd64")) {
      throw new IllegalStateException("the images take the JDK and the C library of the machine that builds"
          + " them, and are made for Linux amd64 only; this machine is " + platform);
    }
  }

  private void make(String options, String more) throws IOException, InterruptedException {
    Files.createDirectories(home.getParent());
    link();
    fixProviders();
    Files.writeString(home.resolve("jvm.options"), options);
    Files.writeString(home.resolve("job.options"), options + more);
    copyLibraries();
    writeEtc();
    Files.createDirectories(root.resolve("tmp"));
  }

  /**
   * Not compressed: what jlink compresses, the image's own compression can't make small any more. Without
   * generate-jli-classes, whose output varies from run to run: the AOT caches hold these classes anyway.
   */
  private void link() throws IOException {
    int code = ToolProvider.findFirst("jlink")
        .orElseThrow(() -> new IllegalStateException("there is no jlink in " + System.getProperty("java.home")
            + ": the images need a whole JDK, not a JRE"))
        .run(System.out, System.err, "--add-modules", MODULES, "--strip-debug", "--no-header-files",
            "--no-man-pages", "--compress", "zip-0", "--exclude-files",
            "regex:/java\\.base/lib/(classlist|jrt-fs\\.jar)|/java\\.desktop/lib/.*", "--exclude-resources",
            desktop(), "--disable-plugin", "generate-jli-classes",
            "--output", home.toString());
    if (code != 0) {
      throw new IllegalStateException("jlink ended with " + code + "; its message stands above");
    }
  }

  /**
   * Which files of java.desktop stay out. Quartz wants java.beans, and with it would come all of Java's
   * windows, which nobody opens here. The module's descriptor names all of its packages: of each of them one
   * small file stays.
   */
  private static String desktop() throws IOException {
    Path module = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.desktop");
    var stays = new ArrayList<>(List.of("java/beans/.*", "com/sun/beans/.*",
        "javax/swing/SwingContainer\\.class", "module-info\\.class"));
    for (String name : new TreeSet<>(ModuleFinder.ofSystem().find("java.desktop").orElseThrow().descriptor()
        .packages())) {
      if (!name.startsWith("java.beans") && !name.startsWith("com.sun.beans")) {
        smallest(module.resolve(name.replace('.', '/')))
            .ifPresent(f -> stays.add(Pattern.quote(module.relativize(f).toString())));
      }
    }
    return "regex:/java\\.desktop/(?!(" + String.join("|", stays) + ")$).*";
  }

  private static Optional<Path> smallest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile)
          .min(Comparator.comparingLong(Runtime::size).thenComparing(Path::toString));
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fixProviders() throws IOException {
    Path file = home.resolve("conf/security/java.security");
    var lines = new ArrayList<>(Files.readAllLines(file));
    lines.removeIf(line -> line.matches("security\\.provider\\.\\d+=.*"));
    for (String provider : PROVIDERS) {
      lines.add("security.provider." + (PROVIDERS.indexOf(provider) + 1) + "=" + provider);
    }
    Files.write(file, lines);
  }

  /**
   * Everything outside the JDK that its programs and libraries are linked to, at the path they look for it.
   */
  private void copyLibraries() throws IOException, InterruptedException {
    var needed = new TreeSet<Path>();
    for (Path program : programs()) {
      needed.addAll(librariesOf(program));
    }
    needed.removeIf(library -> library.startsWith(home));
    for (Path library : needed) {
      Path to = root.resolve(Path.of("/").relativize(library));
      Files.createDirectories(to.getParent());
      Files.copy(library.toRealPath(), to);
    }
    System.out.println("C libraries: "
        + needed.stream().map(l -> l.getFileName().toString()).collect(Collectors.joining(" ")));
  }

  private List<Path> programs() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(Files::isRegularFile)
          .filter(f -> f.toString().endsWith(".so") || Files.isExecutable(f)).toList();
    }
  }

  private List<Path> librariesOf(Path program) throws IOException, InterruptedException {
    var builder = new ProcessBuilder("ldd", program.toString()).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", home.resolve("lib/server").toString());
    Process ldd = builder.start();
    String output = new String(ldd.getInputStream().readAllBytes());
    if (ldd.waitFor() != 0 || output.contains("not found")) {
      throw new IllegalStateException("ldd " + program + " failed: " + output.strip());
    }
    return output.lines().map(LIBRARY::matcher).filter(Matcher::find).map(m -> Path.of(m.group(1))).toList();
  }

  /** Without nsswitch.conf, glibc would ask name services that are not there before /etc/hosts and DNS. */
  private void writeEtc() throws IOException {
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(etc.resolve("passwd"), "root:x:0:0::/:/none\nkuik:x:65532:65532::/:/none\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\nkuik:x:65532:\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
