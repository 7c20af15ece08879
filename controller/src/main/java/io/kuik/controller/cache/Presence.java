package io.kuik.controller.cache;

/** Whether the cache registry still holds an image that was copied before. */
public enum Presence {
  /** Nothing made it necessary to look. */
  NOT_CHECKED,
  /** Its tag is there. */
  PRESENT,
  /** Its tag is not there. */
  ABSENT,
  /** The registry did not say. */
  UNKNOWN
}
