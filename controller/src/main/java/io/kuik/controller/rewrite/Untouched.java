package io.kuik.controller.rewrite;

/**
 * Why an image keeps its name.
 *
 * @param reason
 *          one CamelCase word, for logs, the pod's annotation and metrics
 * @param message
 *          a sentence for the user
 */
public record Untouched(String reason, String message) {
}
