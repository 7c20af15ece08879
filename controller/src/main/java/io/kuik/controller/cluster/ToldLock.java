package io.kuik.controller.cluster;

import io.kubernetes.client.extended.leaderelection.LeaderElectionRecord;
import io.kubernetes.client.extended.leaderelection.Lock;
import io.kubernetes.client.openapi.ApiException;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Lease that can't be read is told of in one line when that begins, and in one when it is over: client-java
 * writes a stack trace each second, and is silenced for it.
 */
final class ToldLock implements Lock {
  private static final Logger LOG = LoggerFactory.getLogger(ToldLock.class);

  private final Lock lock;
  private boolean failing;

  ToldLock(Lock lock) {
    this.lock = lock;
  }

  @Override
  public LeaderElectionRecord get() throws ApiException {
    try {
      LeaderElectionRecord record = lock.get();
      succeeded();
      return record;
    } catch (ApiException e) {
      // The first replica of all creates it.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        failed(e);
      }
      throw e;
    }
  }

  private synchronized void succeeded() {
    if (failing) {
      LOG.info("the Lease can be read again lease={}", lock.describe());
    }
    failing = false;
  }

  private synchronized void failed(ApiException e) {
    if (!failing) {
      LOG.warn("the Lease can't be read, tried again each second: lease={} error=\"{}\"", lock.describe(),
          ApiCalls.reason(e));
    }
    failing = true;
  }

  @Override
  public boolean create(LeaderElectionRecord record) {
    return lock.create(record);
  }

  @Override
  public boolean update(LeaderElectionRecord record) {
    return lock.update(record);
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }
}
