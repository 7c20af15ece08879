package io.kuik.controller.image;

import com.google.gson.JsonObject;
import io.kuik.controller.json.Json;
import java.util.stream.Stream;

/**
 * What we know of a copy Job.
 *
 * @param owner
 *          UID of the CachedImage that it was made for
 * @param credentials
 *          whether it was given any
 */
public record JobView(String name, String uid, String owner, String sourceImage, String platforms,
    String incarnation, boolean credentials,
    boolean complete, boolean failed,
    String failure) {
  /** Reads the API's JSON. */
  public static JobView of(JsonObject job) {
    String failure = Json.objects(job, "status", "conditions").stream().filter(c -> is(c, "Failed"))
        .map(c -> Json.text(c, "reason").orElse("") + ": " + Json.text(c, "message").orElse("")).findFirst()
        .orElse("");
    return new JobView(Json.text(job, "metadata", "name").orElse(""),
        Json.text(job, "metadata", "uid").orElse(""),
        Json.objects(job, "metadata", "ownerReferences").stream()
            .map(o -> Json.text(o, "uid").orElse("")).findFirst().orElse(""),
        Json.text(job, "metadata", "annotations", CopyJob.SOURCE_ANNOTATION).orElse(""), platforms(job),
        Json.text(job, "metadata", "annotations", CopyJob.INCARNATION_ANNOTATION).orElse(""),
        args(job).anyMatch(CopySecret.ARGUMENT::equals),
        Json.objects(job, "status", "conditions").stream().anyMatch(c -> is(c, "Complete")),
        !failure.isEmpty(), failure);
  }

  private static boolean is(JsonObject condition, String type) {
    return Json.text(condition, "type").orElse("").equals(type)
        && Json.text(condition, "status").orElse("").equals("True");
  }

  private static String platforms(JsonObject job) {
    return args(job).filter(a -> a.startsWith("--platforms="))
        .map(a -> a.substring("--platforms=".length())).findFirst().orElse("");
  }

  private static Stream<String> args(JsonObject job) {
    return Json.objects(job, "spec", "template", "spec", "containers").stream()
        .flatMap(c -> Json.texts(c, "args").stream());
  }
}
