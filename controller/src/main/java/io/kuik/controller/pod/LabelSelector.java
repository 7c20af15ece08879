package io.kuik.controller.pod;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code matchExpressions} of a Kubernetes label selector, which all must hold. */
public record LabelSelector(List<Expression> expressions) {
  /** How a label's value is compared. */
  public enum Operator {
    IN, NOT_IN, EXISTS, DOES_NOT_EXIST;

    static Operator of(String text) {
      return switch (text) {
        case "In" -> IN;
        case "NotIn" -> NOT_IN;
        case "Exists" -> EXISTS;
        case "DoesNotExist" -> DOES_NOT_EXIST;
        default -> throw new IllegalArgumentException(
            "a label selector's operator must be In, NotIn, Exists or DoesNotExist, not \"" + text + "\"");
      };
    }
  }

  /** One requirement; as in Kubernetes, NotIn also holds for a label that is absent. */
  public record Expression(String key, Operator operator, Set<String> values) {
    boolean matches(Map<String, String> labels) {
      boolean present = labels.containsKey(key);
      boolean among = present && values.contains(labels.get(key));
      return switch (operator) {
        case IN -> among;
        case NOT_IN -> !among;
        case EXISTS -> present;
        case DOES_NOT_EXIST -> !present;
      };
    }
  }

  /** Reads {@code {"matchExpressions": [...]}}. */
  public static LabelSelector of(JsonObject selector) {
    return new LabelSelector(Json.objects(selector, "matchExpressions").stream()
        .map(e -> new Expression(Json.text(e, "key").orElse(""),
            Operator.of(Json.text(e, "operator").orElse("")),
            Set.copyOf(Json.texts(e, "values"))))
        .toList());
  }

  /** Whether an object with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return expressions.stream().allMatch(e -> e.matches(labels));
  }
}
