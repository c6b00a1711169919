package io.gpurig.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to wait for hosts that another run has locked. */
final class LockTimeout {
  @Option(
      names = "--lock-timeout",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = DurationConverter.class,
      description =
          "How long to wait for a host that another run has locked, such as 30s, 5m or 1h;"
              + " by default not at all.")
  private Duration duration = Duration.ZERO;

  LockTimeout() {}

  Duration duration() {
    return duration;
  }
}
