package io.kuik.controller.image;

import io.kuik.controller.cache.CacheCheck;
import io.kuik.controller.cache.CacheTags;
import io.kuik.controller.pullsecret.PullSecrets;
import io.kuik.controller.upstream.UpstreamNews;
import io.kuik.model.Platform;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What an image's life depends on beside the image.
 *
 * @param rules
 *          when images leave and are refreshed
 * @param incarnation
 *          UID of the registry's pod while it is Ready
 * @param platforms
 *          for which images are wanted
 * @param usersKnown
 *          whether all pods that should count do
 * @param tags
 *          the cache registry
 * @param check
 *          when images are looked for there
 * @param pullSecrets
 *          finds the credentials of an image's users
 * @param news
 *          asks images' own registries
 */
public record Surroundings(ImagePlan.Rules rules, Supplier<Optional<String>> incarnation,
    Supplier<List<Platform>> platforms, BooleanSupplier usersKnown, CacheTags tags, CacheCheck check,
    PullSecrets pullSecrets, UpstreamNews news, InstantSource clock) {
}
