package io.kuik.gcworker;

/** A step did not get where it must; the message says what was tried and what happens now. */
final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;

  StepFailure(String message) {
    super(message);
  }
}
