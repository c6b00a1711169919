package io.gpurig.lab.fault;

import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives the streams to one engine their faults, in the order in which they are opened. */
public final class FaultyStreams {
  private final FaultPlan plan;
  private final AtomicInteger opened = new AtomicInteger();

  /** Follows a plan, of which the direction to the client counts. */
  public FaultyStreams(FaultPlan plan) {
    this.plan = plan;
  }

  /**
   * Returns what the engine is to write its answers to.
   *
   * @param cut ends the stream
   */
  public OutputStream next(OutputStream out, Runnable cut) {
    int number = opened.getAndIncrement();
    FaultyOutput.Link link =
        new FaultyOutput.Link() {
          @Override
          public void cut() {
            cut.run();
          }

          @Override
          public void vanish() {}
        };
    return new FaultyOutput(out, plan.faults(number), plan.random(number), link);
  }
}
