package io.kuik.e2e.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links within the documentation lead to a file that is there, and to a heading in it. */
@Tag("chart")
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\">");
  private static final Pattern COMMAND = Pattern.compile("\\bmake ([a-z][-a-z0-9]+)\\b");

  @Test
  void everyRelativeLinkHasItsTarget() {
    List<String> broken = new ArrayList<>();
    for (Path document : Repository.documents()) {
      LINK.matcher(Repository.read(document)).results().map(r -> r.group(1))
          .filter(l -> !l.matches("[a-z]+:.*")).filter(l -> !reaches(document, l))
          .forEach(l -> broken.add(Repository.root().relativize(document) + ": " + l));
    }
    assertEquals(List.of(), broken);
  }

  private static boolean reaches(Path document, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    return Files.exists(target)
        && (hash < 0 || anchors(Repository.read(target)).contains(link.substring(hash + 1)));
  }

  /** As GitHub makes them: lower case, spaces to dashes, punctuation dropped. */
  private static Set<String> anchors(String text) {
    var anchors = new TreeSet<String>();
    HEADING.matcher(text).results().forEach(
        r -> anchors.add(
            r.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-')));
    ANCHOR.matcher(text).results().forEach(r -> anchors.add(r.group(1)));
    return anchors;
  }

  @Test
  void everyMakeTargetThatIsNamedExists() {
    String makefile = Repository.read(Repository.root().resolve("Makefile"));
    var missing = new TreeSet<String>();
    for (Path document : Repository.documents()) {
      Pattern.compile("`[^`\n]*`|(?s)```bash.*?```").matcher(Repository.read(document)).results()
          .flatMap(r -> COMMAND.matcher(r.group()).results()).map(r -> r.group(1))
          .filter(t -> !makefile.contains("\n" + t + ":")).forEach(missing::add);
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyModuleHasItsPage() {
    for (Path pom : Repository.poms()) {
      Path folder = pom.resolveSibling("src");
      assertTrue(!Files.exists(folder) || Files.exists(pom.resolveSibling("README.md")), pom.toString());
    }
  }
}
