package io.gpurig.engine.rollout;

import com.fasterxml.jackson.databind.JsonNode;

/** A number of hosts, or a share of them. */
public sealed interface Amount {
  /** So many hosts. */
  record Hosts(int number) implements Amount {}

  /** So many of each hundred. */
  record Percent(int number) implements Amount {}

  /** Returns the amount that a value of a plan stands for: {@code 5} or {@code "25%"}. */
  static Amount of(JsonNode value) {
    String text = value.asText();
    return text.endsWith("%")
        ? new Percent(Integer.parseInt(text.substring(0, text.length() - 1)))
        : new Hosts(Integer.parseInt(text));
  }

  /** Returns the size of a batch: rounded down as Ansible's serial is, and never nothing. */
  default int batchOf(int hosts) {
    return switch (this) {
      case Hosts(int number) -> Math.max(1, number);
      case Percent(int number) -> (int) Math.max(1, (long) hosts * number / 100);
    };
  }

  /** Returns whether these are more failures than this; to equal it is not to exceed it. */
  default boolean isExceededBy(int failures, int hosts) {
    return switch (this) {
      case Hosts(int number) -> failures > number;
      case Percent(int number) -> (long) failures * 100 > (long) hosts * number;
    };
  }

  /** Returns the amount as plans write it. */
  default String text() {
    return switch (this) {
      case Hosts(int number) -> Integer.toString(number);
      case Percent(int number) -> number + "%";
    };
  }
}
