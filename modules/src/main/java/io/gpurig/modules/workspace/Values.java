package io.gpurig.modules.workspace;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How docker and compose write sizes, words and ports. */
final class Values {
  /** {@code 512m}, {@code 1.5gb}: powers of 1024 (docker/go-units, RAMInBytes). */
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([bkmgt]?)i?b?");

  private static final String UNITS = "bkmgt";

  private static final Pattern PORT =
      Pattern.compile(
          "(?:(?:(\\[[0-9a-fA-F:]+]|[0-9.]+):)?(\\d+(?:-\\d+)?)?:)?(\\d+(?:-\\d+)?)(?:/(tcp|udp|sctp))?");

  private Values() {}

  /** Returns bytes. The schema has checked the form. */
  static long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      return Long.parseLong(text.strip()); // -1
    }
    int unit = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2));
    return new BigDecimal(size.group(1))
        .multiply(BigDecimal.valueOf(1L << (10 * unit)))
        .longValue();
  }

  /** Returns bytes in the largest unit that they are a whole number of. */
  static String size(long bytes) {
    long number = bytes;
    int unit = 0;
    while (number > 0 && number % 1024 == 0 && unit < UNITS.length() - 1) {
      number /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(number) : number + UNITS.substring(unit, unit + 1);
  }

  /** Returns billionths of a CPU. */
  static long nanoCpus(String cpus) {
    return new BigDecimal(cpus).movePointRight(9).longValue();
  }

  static String cpus(long nanoCpus) {
    return BigDecimal.valueOf(nanoCpus, 9).stripTrailingZeros().toPlainString();
  }

  /**
   * Returns the words of a command line as a POSIX shell would split it, without expanding
   * anything, as compose does.
   */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean escapes = c == '\\' && quote != '\'' && i + 1 < line.length();
      if (escapes && (quote == 0 || "\"\\$`".indexOf(line.charAt(i + 1)) >= 0)) {
        word.append(line.charAt(++i));
        open = true;
      } else if (quote == c) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
        open = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (open) {
          words.add(word.toString());
        }
        word.setLength(0);
        open = false;
      } else {
        word.append(c);
        open = true;
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * A port that is published.
   *
   * @param container {@code 80/tcp}
   * @param hostIp address of the host; empty for all
   * @param hostPort empty for any that is free
   */
  record Port(String container, String hostIp, String hostPort) {}

  /** Returns the ports that {@code [[IP:]HOST:]CONTAINER[/PROTOCOL]} publishes. */
  static Optional<List<Port>> ports(String text) {
    Matcher matcher = PORT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String ip = Optional.ofNullable(matcher.group(1)).orElse("").replaceAll("[\\[\\]]", "");
    String protocol = Optional.ofNullable(matcher.group(4)).orElse("tcp");
    int[] inside = range(matcher.group(3));
    Optional<int[]> outside = Optional.ofNullable(matcher.group(2)).map(Values::range);
    boolean fits = outside.map(o -> o[1] - o[0] == inside[1] - inside[0]).orElse(true);
    if (!fits || inside[1] < inside[0] || inside[1] > 65535) {
      return Optional.empty();
    }
    List<Port> ports = new ArrayList<>();
    for (int i = 0; i <= inside[1] - inside[0]; i++) {
      int offset = i;
      String host = outside.map(o -> Integer.toString(o[0] + offset)).orElse("");
      ports.add(new Port((inside[0] + i) + "/" + protocol, ip, host));
    }
    return Optional.of(ports);
  }

  private static int[] range(String text) {
    String[] ends = text.split("-");
    int first = Integer.parseInt(ends[0]);
    return new int[] {first, ends.length > 1 ? Integer.parseInt(ends[1]) : first};
  }
}
