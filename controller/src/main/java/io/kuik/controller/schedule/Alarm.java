package io.kuik.controller.schedule;

import java.util.Properties;
import org.quartz.CronExpression;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quartz, as a clock that rings when a schedule says so. It remembers nothing: what was missed is found
 * elsewhere.
 */
public final class Alarm {
  private static final Logger LOG = LoggerFactory.getLogger(Alarm.class);

  private final Scheduler scheduler;

  private Alarm(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Rings at each moment of the schedule until it is switched off. */
  public static Alarm set(Schedule schedule, Runnable ring) {
    try {
      Scheduler scheduler = new StdSchedulerFactory(settings()).getScheduler();
      scheduler.setJobFactory((bundle, s) -> context -> ring(ring));
      JobDetail job = JobBuilder.newJob(Job.class).withIdentity("ring").storeDurably().build();
      scheduler.addJob(job, true);
      for (CronExpression expression : schedule.expressions()) {
        scheduler.scheduleJob(TriggerBuilder.newTrigger().forJob(job)
            .withSchedule(
                CronScheduleBuilder.cronSchedule(expression).withMisfireHandlingInstructionDoNothing())
            .build());
      }
      scheduler.start();
      LOG.info("garbage collection scheduled schedule=\"{}\" zone=UTC", schedule.text());
      return new Alarm(scheduler);
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz can't be started: " + e.getMessage(), e);
    }
  }

  /** A thread for the clock and one for what it calls; neither keeps the process alive. */
  private static Properties settings() {
    var settings = new Properties();
    settings.setProperty("org.quartz.scheduler.instanceName", "garbage-collection");
    settings.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    settings.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    settings.setProperty("org.quartz.threadPool.threadCount", "1");
    settings.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    settings.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    return settings;
  }

  private static void ring(Runnable ring) {
    try {
      ring.run();
    } catch (RuntimeException e) {
      LOG.warn("nobody heard the alarm, found again at the next look: error={}", e.getMessage());
    }
  }

  /** Rings once, now. */
  void test() {
    try {
      scheduler.triggerJob(JobKey.jobKey("ring"));
    } catch (SchedulerException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends it. */
  public void off() {
    try {
      scheduler.shutdown(false);
    } catch (SchedulerException e) {
      LOG.warn("Quartz can't be stopped: error={}", e.getMessage());
    }
  }
}
