package io.gpurig.engine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of many hosts, short: four or more that count up become a range, {@code node[01:16]}, in
 * the form that {@code --limit} takes.
 */
final class HostNames {
  private static final int SHORTEST_RANGE = 4;
  private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]{1,9})([^0-9]*)");

  private HostNames() {}

  /** Returns the names in the order given. */
  static List<String> shorten(List<String> names) {
    List<String> shortened = new ArrayList<>();
    int start = 0;
    while (start < names.size()) {
      int end = start + 1;
      while (end < names.size() && isNext(names.get(end - 1), names.get(end))) {
        end++;
      }
      if (end - start >= SHORTEST_RANGE) {
        shortened.add(range(names.get(start), names.get(end - 1)));
      } else {
        shortened.addAll(names.subList(start, end));
      }
      start = end;
    }
    return shortened;
  }

  private static boolean isNext(String name, String next) {
    Matcher a = NUMBERED.matcher(name);
    Matcher b = NUMBERED.matcher(next);
    return a.matches()
        && b.matches()
        && a.group(1).equals(b.group(1))
        && a.group(3).equals(b.group(3))
        && a.group(2).length() == b.group(2).length()
        && Integer.parseInt(a.group(2)) + 1 == Integer.parseInt(b.group(2));
  }

  private static String range(String first, String last) {
    Matcher a = NUMBERED.matcher(first);
    Matcher b = NUMBERED.matcher(last);
    if (!a.matches() || !b.matches()) {
      throw new IllegalArgumentException("not numbered: " + first + ", " + last);
    }
    return "%s[%s:%s]%s".formatted(a.group(1), a.group(2), b.group(2), a.group(3));
  }
}
