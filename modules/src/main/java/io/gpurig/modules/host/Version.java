package io.gpurig.modules.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers with dots between them, compared one by one as numbers: 570.26 is before 570.124.06, and
 * what is missing counts as 0.
 *
 * @param text as it was written
 * @param numbers the first the most significant
 */
public record Version(String text, List<Integer> numbers) implements Comparable<Version> {
  private static final Pattern FORM = Pattern.compile("(?<![0-9.])\\d{1,9}(?:\\.\\d{1,9})*");

  public Version {
    numbers = List.copyOf(numbers);
  }

  /** Returns the first version in a text. */
  public static Optional<Version> in(String text) {
    Matcher found = FORM.matcher(text);
    if (!found.find()) {
      return Optional.empty();
    }
    List<Integer> numbers = new ArrayList<>();
    for (String number : List.of(found.group().split("\\."))) {
      numbers.add(Integer.valueOf(number));
    }
    return Optional.of(new Version(found.group(), numbers));
  }

  /** Returns whether this is that version or a later one. */
  public boolean isAtLeast(String other) {
    return in(other).filter(version -> compareTo(version) >= 0).isPresent();
  }

  /** Returns whether both are the same release of a driver, 580.65.6 and 580.65.06. */
  public boolean isSameAs(Version other) {
    return compareTo(other) == 0;
  }

  /** Returns the first number. */
  public int major() {
    return numbers.getFirst();
  }

  @Override
  public int compareTo(Version other) {
    for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private int number(int i) {
    return i < numbers.size() ? numbers.get(i) : 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
