package io.gpurig.engine.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Expands ranges in host names: {@code node[01:20]}, {@code rack[a:c]-[1:9:2]}. */
final class HostRange {
  static final int MAX_HOSTS = 100_000;

  private static final Pattern RANGE =
      Pattern.compile("([^\\[]*)\\[([^:\\]]*):([^:\\]]*)(?::([^:\\]]*))?](.*)");

  private HostRange() {}

  /** The range is not one; the message says why, in words that follow the range itself. */
  static final class InvalidRangeException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidRangeException(String message) {
      super(message);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Returns the names that a name with ranges stands for, the last range counting fastest. */
  static List<String> expand(String name) throws InvalidRangeException {
    List<String> heads = List.of("");
    String rest = name;
    while (rest.contains("[")) {
      Matcher matcher = RANGE.matcher(rest);
      if (!matcher.matches()) {
        throw new InvalidRangeException("must be [begin:end] or [begin:end:step]");
      }
      String head = matcher.group(1);
      List<String> items = items(matcher.group(2), matcher.group(3), matcher.group(4));
      if ((long) heads.size() * items.size() > MAX_HOSTS) {
        throw new InvalidRangeException("stands for more than " + MAX_HOSTS + " hosts");
      }
      List<String> longer = new ArrayList<>();
      for (String before : heads) {
        items.forEach(item -> longer.add(before + head + item));
      }
      heads = longer;
      rest = matcher.group(5);
    }
    String tail = rest;
    return heads.stream().map(head -> head + tail).toList();
  }

  private static List<String> items(String writtenBegin, String end, @Nullable String writtenStep)
      throws InvalidRangeException {
    String begin = writtenBegin.isEmpty() ? "0" : writtenBegin;
    if (end.isEmpty()) {
      throw new InvalidRangeException("must have an end");
    }
    int step = writtenStep == null ? 1 : number(writtenStep);
    if (step == 0) {
      throw new InvalidRangeException("must have a step above 0");
    }
    if (isLetter(begin) && isLetter(end)) {
      return letters(begin.charAt(0), end.charAt(0), step);
    }
    boolean padded = begin.length() > 1 && begin.startsWith("0");
    if (padded && begin.length() != end.length()) {
      throw new InvalidRangeException("must have a begin and an end of the same length");
    }
    int first = number(begin);
    int last = number(end);
    ordered(first <= last);
    if ((last - first) / step >= MAX_HOSTS) {
      throw new InvalidRangeException("stands for more than " + MAX_HOSTS + " hosts");
    }
    List<String> items = new ArrayList<>();
    for (int i = first; i <= last; i += step) {
      String digits = String.valueOf(i);
      items.add(padded ? "0".repeat(begin.length() - digits.length()) + digits : digits);
    }
    return items;
  }

  private static List<String> letters(char first, char last, int step)
      throws InvalidRangeException {
    ordered(position(first) <= position(last));
    List<String> items = new ArrayList<>();
    for (int i = position(first); i <= position(last); i += step) {
      items.add(String.valueOf((char) (i < 26 ? 'a' + i : 'A' + i - 26)));
    }
    return items;
  }

  /** Small letters come before capitals, as Ansible counts them. */
  private static int position(char letter) {
    return letter >= 'a' ? letter - 'a' : letter - 'A' + 26;
  }

  private static void ordered(boolean inOrder) throws InvalidRangeException {
    if (!inOrder) {
      throw new InvalidRangeException("must begin before it ends");
    }
  }

  private static boolean isLetter(String text) {
    return text.matches("[a-zA-Z]");
  }

  private static int number(String text) throws InvalidRangeException {
    if (!text.matches("[0-9]{1,9}")) {
      throw new InvalidRangeException(
          "must begin and end with numbers or with single letters, found \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }
}
