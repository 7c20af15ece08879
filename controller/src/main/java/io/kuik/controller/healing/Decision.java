package io.kuik.controller.healing;

import io.kuik.controller.pod.PodContainer;
import io.kuik.controller.pod.WaitingContainer;

/** What becomes of a container that waits for its image. */
sealed interface Decision {
  /** Why, in words. */
  String why();

  /** Its image gets another name. */
  sealed interface Change extends Decision {
    /** The container, as it waits. */
    WaitingContainer waiting();

    /** The container, as it is specified. */
    PodContainer container();

    /** The image's new name. */
    String image();

    /** One word for the metric. */
    String reason();
  }

  /** The image gets its original name back. */
  record Heal(WaitingContainer waiting, PodContainer container, String image, String reason, String why)
      implements
        Change {
  }

  /** The image gets the name at the proxy again, because the original can't be had either. */
  record HealBack(WaitingContainer waiting, PodContainer container, String image, String why)
      implements
        Change {
    @Override
    public String reason() {
      return HealingRules.BACK;
    }
  }

  /**
   * The container is left as it is.
   *
   * @param lookAgain
   *          whether that may be different in a moment without the pod telling
   */
  record Leave(String why, boolean lookAgain) implements Decision {
  }
}
