package io.kuik.controller.image;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.kuik.model.CopyOutcome;
import io.kuik.model.CopyReport;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How far the copy of an image is, as its Job and the Job's pods tell it. */
public sealed interface CopyProgress {
  /** There is no Job. */
  record NoJob() implements CopyProgress {
  }

  /** The Job is at work. */
  record Running(JobView job, String detail) implements CopyProgress {
  }

  /** The copy has ended; its Job may still be on its way to say so. */
  record Ended(JobView job, CopyOutcome outcome, CopyReport report) implements CopyProgress {
  }

  /** Puts Job and pods together; the pod tells the end a second before the Job does. */
  static CopyProgress of(Optional<JobView> job, List<WorkerPod> pods) {
    if (job.isEmpty()) {
      return new NoJob();
    }
    Optional<WorkerPod> last = pods.stream().filter(p -> p.jobUid().equals(job.get().uid()))
        .max(Comparator.comparing(WorkerPod::created).thenComparing(WorkerPod::name));
    Optional<WorkerPod.End> end = last.flatMap(WorkerPod::terminated);
    Optional<Ended> said = end.map(e -> ended(job.get(), e));
    boolean over = job.get().failed() || job.get().complete();
    if (said.isPresent() && (over || said.get().outcome.cached() || said.get().outcome.endsJob())) {
      return said.get();
    }
    if (over) {
      return said.orElseGet(() -> silent(job.get()));
    }
    return new Running(job.get(), said.map(s -> "trying again after: " + s.report.message())
        .orElseGet(() -> last.map(WorkerPod::waiting).orElse("")));
  }

  private static Ended ended(JobView job, WorkerPod.End end) {
    Optional<CopyReport> report = report(end.message());
    CopyOutcome outcome = report.flatMap(r -> CopyOutcome.ofReason(r.outcome()))
        .or(() -> ofExitCode(end.exitCode()))
        .orElse(CopyOutcome.INTERNAL);
    // A report of success counts only together with a clean exit.
    if (outcome.cached() && end.exitCode() != 0) {
      outcome = CopyOutcome.INTERNAL;
    }
    String message = "the worker ended with exit code " + end.exitCode()
        + (end.reason().isEmpty() ? "" : " (" + end.reason() + ")")
        + " and left no report: see kubectl logs job/" + job.name();
    return new Ended(job, outcome, report.orElseGet(() -> nothing(job, message)));
  }

  private static Optional<CopyOutcome> ofExitCode(int code) {
    return Arrays.stream(CopyOutcome.values()).filter(o -> !o.cached() && o.exitCode() == code).findFirst();
  }

  private static Ended silent(JobView job) {
    if (job.complete() && job.credentials()) {
      return new Ended(job, CopyOutcome.INTERRUPTED, nothing(job,
          "copied; but the worker's pod is gone, and with it the word whether the image is private"));
    }
    if (job.complete()) {
      return new Ended(job, CopyOutcome.COPIED,
          nothing(job, "copied; the worker's pod is gone, and its report with it"));
    }
    return new Ended(job, CopyOutcome.INTERRUPTED,
        nothing(job, "the Job failed without a report (" + job.failure() + ")"));
  }

  private static CopyReport nothing(JobView job, String message) {
    return new CopyReport("", job.sourceImage(), "", "", 0, 0, 0, 0, 0, message);
  }

  private static Optional<CopyReport> report(String message) {
    try {
      CopyReport r = new Gson().fromJson(message, CopyReport.class);
      return r == null || r.outcome() == null || r.message() == null || r.digest() == null
          || r.location() == null
              ? Optional.empty()
              : Optional.of(r);
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
