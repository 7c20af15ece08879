package io.kuik.controller.pullsecret;

import com.google.gson.JsonObject;

/** The cluster's Secrets and ServiceAccounts, each asked for by its name. */
public interface SecretStore {
  /** A Secret. */
  Answer secret(ObjectName name);

  /** A ServiceAccount. */
  Answer serviceAccount(ObjectName name);

  /** What the API server said; that it said nothing is an exception. */
  sealed interface Answer {
  }

  /** The object. */
  record Found(JsonObject object) implements Answer {
  }

  /** There is none. */
  record Missing() implements Answer {
  }

  /** We may not read it. */
  record Forbidden() implements Answer {
  }
}
