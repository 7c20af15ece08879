package io.kuik.e2e.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of this repository, as text. */
final class Repository {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> SKIPPED = Set.of("target", ".git", "node_modules");

  private Repository() {
  }

  static Path root() {
    return ROOT;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every Markdown file. */
  static List<Path> documents() {
    return files(p -> p.getFileName().toString().endsWith(".md"));
  }

  /** The text of README.md and docs/. */
  static String manual() {
    return documents().stream()
        .filter(p -> p.startsWith(ROOT.resolve("docs")) || p.equals(ROOT.resolve("README.md")))
        .map(Repository::read).collect(Collectors.joining("\n"));
  }

  /** All that the expression's groups find in the main sources of a module. */
  static Set<String> inSources(String module, String expression) {
    Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
    Path sources = ROOT.resolve(module).resolve("src/main/java");
    var found = new TreeSet<String>();
    files(p -> p.startsWith(sources) && p.toString().endsWith(".java")).forEach(
        p -> pattern.matcher(read(p)).results().forEach(r -> found.add(r.group(1))));
    return found;
  }

  /** Every Maven project's description. */
  static List<Path> poms() {
    return files(p -> p.getFileName().toString().equals("pom.xml"));
  }

  private static List<Path> files(Predicate<Path> wanted) {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(Repository::ours).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ours(Path file) {
    return Stream.of(ROOT.relativize(file).toString().split("/")).noneMatch(SKIPPED::contains);
  }
}
