package io.gpurig.engine.saved;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.change.Change;
import io.gpurig.engine.fact.Basis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be done to one host, and what that rests on.
 *
 * @param host its inventory name
 * @param plan the resolved plan, with the names of secrets instead of their values
 * @param changes in the order in which to make them
 * @param expectations the facts that were looked at, by question
 */
public record SavedHost(
    String host, JsonNode plan, List<Change> changes, Map<String, Expectation> expectations) {
  public SavedHost {
    requireNonNull(host, "host is null");
    requireNonNull(plan, "plan is null");
    changes = List.copyOf(changes);
    expectations = Collections.unmodifiableMap(new LinkedHashMap<>(expectations));
  }

  /**
   * What a fact was when the plan was saved.
   *
   * @param digest salted, of all of it that counts
   * @param shown the same for people, short
   */
  public record Expectation(String digest, String shown) {
    public Expectation {
      requireNonNull(digest, "digest is null");
      requireNonNull(shown, "shown is null");
    }
  }

  /** Returns what was expected of a host, from what a comparison looked at. */
  static Map<String, Expectation> expectations(Map<String, Basis.Answer> basis, String salt) {
    Map<String, Expectation> expectations = new LinkedHashMap<>();
    basis.forEach(
        (question, answer) ->
            expectations.put(
                question,
                new Expectation(Digests.salted(salt, question, answer.exact()), answer.shown())));
    return expectations;
  }

  /**
   * Returns what moved since the plan was saved, one line each. A question that only one side asks
   * follows from another whose answer moved, or is of another version of the program.
   */
  public List<String> moved(Map<String, Basis.Answer> now, String salt) {
    List<String> moved = new ArrayList<>();
    expectations(now, salt)
        .forEach(
            (question, answer) -> {
              Expectation expected = expectations.get(question);
              if (expected != null && !expected.digest.equals(answer.digest)) {
                moved.add(
                    expected.shown.equals(answer.shown)
                        ? "%s is not what it was (%s)".formatted(question, answer.shown)
                        : "%s: %s → %s".formatted(question, expected.shown, answer.shown));
              }
            });
    return moved;
  }
}
