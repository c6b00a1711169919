package io.gpurig.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what Terraform's {@code -lock-timeout} takes, but for fractions. */
final class DurationConverter implements ITypeConverter<Duration> {
  DurationConverter() {}

  @Override
  public Duration convert(String text) {
    if (!text.matches("([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?") || text.isEmpty()) {
      throw new TypeConversionException("'" + text + "' is no duration such as 30s, 5m or 1h30m");
    }
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }
}
