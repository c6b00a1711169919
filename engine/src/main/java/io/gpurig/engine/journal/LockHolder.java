package io.gpurig.engine.journal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who holds the lock of a host.
 *
 * @param who user and controller
 * @param pid the process on the controller, in digits
 * @param plan what is applied
 * @param since by the host's clock, as in ISO 8601
 * @param age how long it has been held
 */
public record LockHolder(String who, String pid, String plan, String since, Duration age) {

  /** Reads the lines of the lock's file, and {@code now} with the host's uptime in seconds. */
  public static LockHolder parse(List<String> lines) {
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    long seconds = number(values.get("now")) - number(values.get("started"));
    return new LockHolder(
        values.getOrDefault("who", "somebody"),
        values.getOrDefault("pid", "?"),
        values.getOrDefault("plan", "?"),
        values.getOrDefault("since", "?"),
        Duration.ofSeconds(Math.max(0, seconds)));
  }

  private static long number(@org.jspecify.annotations.Nullable String text) {
    return text != null && text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
  }

  /** Returns it in words, as the end of "held by …". */
  public String describe() {
    return "%s (pid %s, plan %s) since %s, for %s".formatted(who, pid, plan, since, ageInWords());
  }

  private String ageInWords() {
    long seconds = age.toSeconds();
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
