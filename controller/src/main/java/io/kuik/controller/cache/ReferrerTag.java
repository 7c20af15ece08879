package io.kuik.controller.cache;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tags that say by their name what they belong to: the referrers of a digest where the registry has no list
 * of them (OCI distribution specification, "referrers tag schema"), and cosign's signatures, attestations and
 * SBOMs.
 */
final class ReferrerTag {
  private static final Pattern FORM = Pattern
      .compile("(sha256|sha512)-([0-9a-f]{64,128})(\\.(sig|att|sbom))?");

  private ReferrerTag() {
  }

  /** The digest that the tag belongs to; empty for any other tag. */
  static Optional<String> subject(String tag) {
    Matcher form = FORM.matcher(tag);
    return form.matches() ? Optional.of(form.group(1) + ":" + form.group(2)) : Optional.empty();
  }
}
