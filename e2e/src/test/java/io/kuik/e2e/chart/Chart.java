package io.kuik.e2e.chart;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the chart makes of a set of values. */
record Chart(List<Manifest> manifests) {
  static final Path DIRECTORY = Path.of("../helm/kube-image-keeper");
  static final String NAME = "kube-image-keeper";
  static final String NAMESPACE = "kuik-system";

  /** Renders the chart with arguments for helm, such as {@code --set=a=b}. */
  static Chart render(String... arguments) {
    Helm.Outcome outcome = template(DIRECTORY, arguments);
    if (outcome.exitCode() != 0) {
      throw new AssertionError("helm template " + String.join(" ", arguments) + ": " + outcome.errors());
    }
    return parse(outcome.output());
  }

  /** What helm says when it refuses the values. */
  static String refusal(String... arguments) {
    Helm.Outcome outcome = template(DIRECTORY, arguments);
    if (outcome.exitCode() == 0) {
      throw new AssertionError("not refused: helm template " + String.join(" ", arguments));
    }
    return outcome.errors();
  }

  static Helm.Outcome template(Path chart, String... arguments) {
    List<String> command = new ArrayList<>(
        List.of("template", NAME, chart.toString(), "--namespace=" + NAMESPACE));
    command.addAll(List.of(arguments));
    return Helm.run(command.toArray(String[]::new));
  }

  static Chart parse(String yaml) {
    Iterable<Object> documents = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml);
    Gson gson = new Gson();
    return new Chart(StreamSupport.stream(documents.spliterator(), false).filter(Objects::nonNull)
        .map(document -> new Manifest((JsonObject) gson.toJsonTree(document))).toList());
  }

  Manifest get(String kind, String name) {
    return manifests.stream().filter(m -> m.kind().equals(kind) && m.name().equals(name)).findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + names()));
  }

  boolean has(String kind) {
    return manifests.stream().anyMatch(m -> m.kind().equals(kind));
  }

  List<String> names() {
    return manifests.stream().map(m -> m.kind() + "/" + m.name()).sorted().toList();
  }

  /** The content of controller.json. */
  Manifest controllerConfig() {
    return configMap(NAME + "-controllers", "controller.json");
  }

  /** The Job that the controllers make copies from. */
  Manifest copyJob() {
    return configMap(NAME + "-cache-worker", "job.json");
  }

  /** The Job that the controllers collect garbage with. */
  Manifest collectionJob() {
    return configMap(NAME + "-garbage-collection", "job.json");
  }

  /** The JSON under a key of a ConfigMap. */
  Manifest configMap(String name, String key) {
    return Manifest.parse(get("ConfigMap", name).text("data/" + key));
  }

  /** Specs of all pods that come of the chart, copy Job, garbage collection and uninstall hook included. */
  List<Manifest> podSpecs() {
    List<Manifest> owners = new ArrayList<>(manifests);
    owners.add(copyJob());
    owners.add(collectionJob());
    return owners.stream().filter(m -> m.has("spec/template/spec/containers"))
        .map(m -> m.part("spec/template/spec")).toList();
  }
}
