package io.kuik.controller.cluster;

import io.kuik.controller.pullsecret.ObjectName;
import io.kuik.controller.pullsecret.SecretStore;

/**
 * Reads users' Secrets and ServiceAccounts, one by one and by name: they are never listed and never watched.
 */
final class SecretReader implements SecretStore {
  private final ApiCalls calls;

  SecretReader(ApiCalls calls) {
    this.calls = calls;
  }

  @Override
  public Answer secret(ObjectName name) {
    return read("secrets", name);
  }

  @Override
  public Answer serviceAccount(ObjectName name) {
    return read("serviceaccounts", name);
  }

  private Answer read(String plural, ObjectName name) {
    try {
      return calls.find("/api/v1/namespaces/" + name.namespace() + "/" + plural + "/" + name.name())
          .<Answer>map(Found::new).orElseGet(Missing::new);
    } catch (ClusterException e) {
      if (e.status() == 403 && !knowsNoRoles(e)) {
        return new Forbidden();
      }
      throw e;
    }
  }

  /**
   * An API server that has just started says no to everything for a second, with these words. An image whose
   * pull secret was then thought to be forbidden would be tried without it, and not again for hours.
   */
  private static boolean knowsNoRoles(ClusterException e) {
    return String.valueOf(e.getMessage()).matches("(?s).*RBAC: .*not found.*");
  }
}
