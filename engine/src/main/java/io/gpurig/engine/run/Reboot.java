package io.gpurig.engine.run;

import io.gpurig.engine.connect.Connection.ExecResult;
import io.gpurig.engine.connect.ConnectionException;
import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.journal.JournalScript;
import io.gpurig.engine.problem.Problem;
import java.time.Duration;
import java.util.Optional;

/** Reboots a host and waits until it can be reached again. */
record Reboot(RunContext context) {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Services that start late, such as a container engine, are waited for, though not for ever. */
  private static final Duration BOOTED = Duration.ofMinutes(2);

  /** Tells a host to reboot; whether it does, its boot id will tell. */
  static void begin(String host, Journal journal) throws ActionException {
    ExecResult result;
    try {
      result = journal.write(JournalScript.reboot());
    } catch (ConnectionException goneAlready) {
      return;
    }
    if (result.exit() != 0) {
      throw new ActionException(
          Journal.refusal(host, result)
              .orElseGet(() -> Problem.error("reboot/refused", host + " did not begin to reboot")));
    }
  }

  /**
   * Waits until a host has booted anew.
   *
   * @throws ActionException if it does not in time, or is not to be waited for
   */
  void await(Target.Live target, OwedReboot owed) throws ActionException {
    String host = target.host();
    long end = context.waiting().nanoTime() + owed.within().toNanos();
    String why = "it has not ended yet";
    context
        .events()
        .on(new Event.Progress(host, "reboots (up to %d s)".formatted(owed.within().toSeconds())));
    while (context.waiting().nanoTime() - end < 0) {
      Interrupted.check(context.operator());
      try {
        context.waiting().sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ActionException(Interrupted.problem());
      }
      Optional<String> not = notYet(target, owed);
      if (not.isEmpty()) {
        return;
      }
      why = not.get();
    }
    throw new ActionException(
        Problem.error(
                "reboot/not-back",
                "%s did not come back within %d s of its reboot: %s"
                    .formatted(host, owed.within().toSeconds(), why))
            .suggest("look at its console; apply again when it is back"));
  }

  private Optional<String> notYet(Target.Live target, OwedReboot owed) {
    try (HostSession session = context.open(target.settings())) {
      Facts facts = session.read(OwedReboot.READS);
      if (OwedReboot.boot(facts).equals(owed.boot())) {
        return Optional.of("it has not ended yet");
      }
      session.sh("systemctl is-system-running --wait >/dev/null 2>&1 || :\n", BOOTED);
      return Optional.empty();
    } catch (ConnectionException e) {
      return Optional.of(e.problem().message());
    }
  }
}
