package io.kuik.controller.pullsecret;

import java.util.regex.Pattern;

/** Where a Secret or a ServiceAccount is; its text is {@code namespace/name}. */
public record ObjectName(String namespace, String name) {
  /** As Kubernetes allows them; a pod's spec is not checked for this, and a name becomes part of a path. */
  private static final Pattern LEGAL = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  /** Whether there can be an object of this name. */
  boolean legal() {
    return LEGAL.matcher(namespace).matches() && LEGAL.matcher(name).matches() && !name.contains("..");
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
