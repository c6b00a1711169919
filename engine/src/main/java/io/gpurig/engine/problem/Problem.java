package io.gpurig.engine.problem;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Optional;

/**
 * One thing that is wrong.
 *
 * @param severity how bad it is
 * @param code a stable name for this kind of problem, such as {@code schema/unknown-key}
 * @param source where in the user's documents, when it is about one of them
 * @param message what is wrong and what was expected, one sentence without a full stop
 * @param suggestion what to do about it, one sentence without a full stop
 */
public record Problem(
    Severity severity,
    String code,
    Optional<Source> source,
    String message,
    Optional<String> suggestion) {

  /** By file, line and column; those without a place come first. */
  public static final Comparator<Problem> BY_POSITION =
      Comparator.comparing((Problem p) -> p.source.map(Source::file).orElse(""))
          .thenComparing(p -> p.source.map(Source::line).orElse(0))
          .thenComparing(p -> p.source.map(Source::column).orElse(0))
          .thenComparing(Problem::code)
          .thenComparing(Problem::message);

  /** Much more than a person reads; a host that says more must not fill reports. */
  private static final int LONGEST = 10_000;

  public Problem {
    requireNonNull(severity, "severity is null");
    requireNonNull(code, "code is null");
    requireNonNull(source, "source is null");
    requireNonNull(message, "message is null");
    requireNonNull(suggestion, "suggestion is null");
    message = shortened(message);
    suggestion = suggestion.map(Problem::shortened);
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }

  /** Returns an error that is not about a place in a document. */
  public static Problem error(String code, String message) {
    return new Problem(Severity.ERROR, code, Optional.empty(), message, Optional.empty());
  }

  /** Returns an error at a place in a document. */
  public static Problem error(String code, Source source, String message) {
    return new Problem(Severity.ERROR, code, Optional.of(source), message, Optional.empty());
  }

  /** Returns a warning that is not about a place in a document. */
  public static Problem warning(String code, String message) {
    return new Problem(Severity.WARNING, code, Optional.empty(), message, Optional.empty());
  }

  /** Returns this problem with a suggestion. */
  public Problem suggest(String suggestion) {
    return new Problem(severity, code, source, message, Optional.of(suggestion));
  }

  /** Returns whether work cannot go on: anything but a note or a warning. */
  public boolean blocks() {
    return severity.blocks();
  }
}
