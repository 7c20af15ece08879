package io.kuik.controller;

import io.kuik.controller.cache.OrphanRecord;
import io.kuik.controller.cache.OrphanSweep;
import io.kuik.controller.cluster.OwnResources;
import io.kuik.controller.config.ControllerConfig;
import java.time.Instant;
import java.util.Map;

/** Remembers in a ConfigMap since when tags have been orphans. */
final class OrphanConfigMap implements OrphanSweep.OrphanMemory {
  private static final String KEY = "orphans.json";

  private final ControllerConfig config;
  private final OwnResources own;

  OrphanConfigMap(ControllerConfig config, OwnResources own) {
    this.config = config;
    this.own = own;
  }

  private String name() {
    return config.fullname() + "-orphans";
  }

  @Override
  public Map<String, Instant> read() {
    return own.configMap(name()).map(m -> OrphanRecord.read(m.getOrDefault(KEY, ""))).orElse(Map.of());
  }

  @Override
  public void write(Map<String, Instant> orphans) {
    own.writeConfigMap(own.manifest(name(), config.labels(), config.fullname() + "-registry",
        Map.of(KEY, OrphanRecord.write(orphans))));
  }
}
