package io.kuik.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Regular expressions: helm reads them as Go does, the pods as Java does, and a pod that can't read one never
 * starts. So what the two disagree about is refused.
 */
@Tag("chart")
class ExpressionsTest {
  private static final List<String> GOOD = List.of("", "latest", "^latest$", "(?i)^docker\\.io/library/.*",
      "docker.io/(foo|bar):v[0-9]+(\\.[0-9]+){2}$", "(?:a|b)*?c", "a{1,}b{2,3}?", "[^\\w\\-./]",
      "[a-z-9_]", "[\\d-]\\s\\b\\B\\A\\z", "\\{a\\}\\[b\\]", "[{}()*+?|^$.]", "^*$+", "(|a)", "é+",
      "(?is:a)", "\\(?a\\)?");

  private static String ignored(List<String> expressions) {
    return "--set-json=controllers.webhook.ignoredImages=" + new Gson().toJson(expressions);
  }

  private static void assertRefused(String argument, String key, String text, String sentence) {
    String refusal = Chart.refusal(argument);
    String start = key + " has the regular expression " + text + ", and ";
    assertTrue(refusal.contains(start + sentence), refusal);
  }

  @Test
  void whatBothReadReachesTheControllers() {
    GOOD.forEach(Pattern::compile);
    assertEquals(GOOD, Chart.render(ignored(GOOD)).controllerConfig().texts("ignoredImages"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "*", "[", "[z-a]", "a)|(b", "a\\", "^(?!docker)", "(a)\\1", "a*+", "a{2}{3}",
      "a{1001}", "(?x)a", "\\h"})
  void whatGoCannotReadIsRefused(String expression) {
    assertRefused(ignored(List.of("fine", expression)), "controllers.webhook.ignoredImages", expression,
        "it can't be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "a{,5}", "a}", "[a[b]", "[[:alpha:]]", "[a&&b]", "[]a]", "(?P<a>x)",
      "(?<a_b>x)", "\\p{Greek}", "\\pL", "\\123", "(?U)a", "a(?i)*", "\\Qa", " a", "a "})
  void whatJavaReadsInAnotherWayIsRefused(String expression) {
    assertRefused(ignored(List.of(expression)), "controllers.webhook.ignoredImages", expression,
        "not every program would read it alike");
  }

  @ParameterizedTest
  @ValueSource(strings = {"controllers.webhook.ignoredImages", "controllers.webhook.acceptedImages"})
  void everyListIsLookedAt(String key) {
    assertRefused("--set=" + key + "={a,(}", key, "(", "it can't be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refresh.tags", "proxy.revalidateTags"})
  void everyKeyIsLookedAt(String key) {
    assertRefused("--set=" + key + "=(", key, "(", "it can't be read");
  }

  @Test
  void noTagsAreNoExpression() {
    Manifest config = Chart.render("--set=proxy.revalidateTags=null").controllerConfig();
    assertEquals("", config.text("refreshTags"));
  }
}
