package io.gpurig.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How long to wait for hosts that another run has locked. */
final class LockTimeout {
  @Option(
      names = "--lock-timeout",
      paramLabel = "DURATION",
      defaultValue = "0s",
      converter = Converter.class,
      description =
          "How long to wait for a host that another run has locked, such as 30s, 5m or 1h;"
              + " by default not at all.")
  private Duration duration = Duration.ZERO;

  LockTimeout() {}

  Duration duration() {
    return duration;
  }

  /** Reads what Terraform's flag of this name takes, but for fractions. */
  static final class Converter implements ITypeConverter<Duration> {
    Converter() {}

    @Override
    public Duration convert(String text) {
      if (!text.matches("([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?") || text.isEmpty()) {
        throw new TypeConversionException("'" + text + "' is no duration such as 30s, 5m or 1h30m");
      }
      return Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
