package io.gpurig.modules.cdi;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** A value as go-yaml v2 decodes it into an {@code interface{}}, with where it stands. */
sealed interface GoValue {
  Place place();

  record Null(Place place) implements GoValue {}

  record Bool(boolean value, Place place) implements GoValue {}

  record Int(BigInteger value, Place place) implements GoValue {}

  record Decimal(double value, Place place) implements GoValue {}

  record Text(String value, Place place) implements GoValue {}

  record Items(List<GoValue> values, Place place) implements GoValue {}

  /**
   * @param entries by key as text, in the order in which encoding/json writes them: by their bytes
   */
  record Entries(Map<String, Entry> entries, Place place) implements GoValue {}

  record Entry(Place key, GoValue value) {}
}
