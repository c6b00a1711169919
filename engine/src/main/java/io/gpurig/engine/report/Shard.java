package io.gpurig.engine.report;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the parts that a fleet is split into, each for a gpurig of its own.
 *
 * @param index from 1
 * @param count how many there are
 */
public record Shard(int index, int count) {
  private static final Pattern WORD = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

  public Shard {
    if (index < 1 || index > count) {
      throw new IllegalArgumentException("there is no shard " + index + " of " + count);
    }
  }

  /** Reads {@code 3/8}; empty if that is no shard. */
  public static Optional<Shard> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int index = Integer.parseInt(matcher.group(1));
    int count = Integer.parseInt(matcher.group(2));
    return index < 1 || index > count ? Optional.empty() : Optional.of(new Shard(index, count));
  }

  /**
   * Returns this shard's part of a list. The parts of all shards, one after the other, are the
   * list; their lengths differ by one at most.
   */
  public <T> List<T> of(List<T> whole) {
    long size = whole.size();
    int from = (int) (size * (index - 1) / count);
    int to = (int) (size * index / count);
    return whole.subList(from, to);
  }

  /** Returns {@code 3/8}. */
  @Override
  public String toString() {
    return index + "/" + count;
  }
}
