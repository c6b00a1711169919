package io.gpurig.modules.toolkit;

import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The order of rpm's versions: numbers and words are compared one by one, a number is newer than a
 * word, and a tilde is older than the end (rpm, rpmio/rpmvercmp.c).
 */
enum VersionOrder implements Comparator<String> {
  INSTANCE;

  private static final Pattern PART = Pattern.compile("\\d+|[A-Za-z]+|~");

  @Override
  public int compare(String first, String second) {
    List<String> a = parts(first);
    List<String> b = parts(second);
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      int order = compareParts(i < a.size() ? a.get(i) : "", i < b.size() ? b.get(i) : "");
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compareParts(String a, String b) {
    if (rank(a) != rank(b)) {
      return Integer.compare(rank(a), rank(b));
    }
    return rank(a) == 3
        ? Comparator.comparingInt(String::length)
            .thenComparing(Comparator.naturalOrder())
            .compare(a.replaceFirst("^0+", ""), b.replaceFirst("^0+", ""))
        : a.compareTo(b);
  }

  private static int rank(String part) {
    if (part.isEmpty()) {
      return 1;
    }
    if (part.equals("~")) {
      return 0;
    }
    return Character.isDigit(part.charAt(0)) ? 3 : 2;
  }

  private static List<String> parts(String version) {
    return PART.matcher(version).results().map(MatchResult::group).toList();
  }
}
