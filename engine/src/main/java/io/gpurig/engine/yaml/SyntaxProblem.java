package io.gpurig.engine.yaml;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Source;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Says in plain words what the parser complains about. */
final class SyntaxProblem {
  private SyntaxProblem() {}

  static Problem of(MarkedYamlEngineException e, String name, List<String> lines) {
    Source source = Span.of(e.getProblemMark().or(e::getContextMark)).in(name, lines);
    String problem = e.getProblem() == null ? "" : e.getProblem();
    String context = e.getContext() == null ? "" : e.getContext();
    if (problem.contains("\\t(TAB)")) {
      return Problem.error("yaml/tab", source, "a tab cannot be used for indentation")
          .suggest("indent with spaces");
    }
    if (problem.startsWith("found undefined alias")) {
      String alias = problem.substring(problem.lastIndexOf(' ') + 1);
      return Problem.error("yaml/unknown-alias", source, "no anchor `&" + alias + "` comes before")
          .suggest("put the value in quotes if the `*` is meant as it stands");
    }
    Optional<Source> start = e.getContextMark().map(m -> Span.of(Optional.of(m)).in(name, lines));
    if (problem.equals("found unexpected end of stream") && context.contains("quoted scalar")) {
      return syntax(start.orElse(source), "the quote that opens here is never closed");
    }
    if (problem.equals("mapping values are not allowed here")) {
      return syntax(source, "a `:` cannot stand here")
          .suggest("put the value in quotes if it contains `: `, or check the indentation");
    }
    if (problem.startsWith("could not find expected ':'")) {
      return syntax(start.orElse(source), "`:` is missing after the key that begins here");
    }
    if (context.contains("flow")) {
      String opened =
          e.getContextMark().map(Mark::getLine).map(l -> " on line " + (l + 1)).orElse("");
      return syntax(source, "expected `,` or the bracket that closes the one opened" + opened);
    }
    if (problem.startsWith("expected <block end>")) {
      return syntax(source, "this does not fit the lines above")
          .suggest("check the indentation, and that a list is not mixed with keys");
    }
    if (problem.contains("that cannot start any token")) {
      return syntax(source, "a value cannot begin with this character")
          .suggest("put the value in quotes");
    }
    return syntax(
        source, "this is not YAML: " + problem + (context.isEmpty() ? "" : " " + context));
  }

  static Problem of(ReaderException e, String name, String text, List<String> lines) {
    int end = Math.min(e.getPosition(), text.codePointCount(0, text.length()));
    String before = text.substring(0, text.offsetByCodePoints(0, end));
    int line = (int) before.lines().count() + (before.isEmpty() || before.endsWith("\n") ? 1 : 0);
    String start = before.substring(before.lastIndexOf('\n') + 1);
    Span span = new Span(line, start.codePointCount(0, start.length()) + 1, 1);
    return Problem.error(
        "yaml/character",
        span.in(name, lines),
        String.format("the character U+%04X may not stand in YAML", e.getCodePoint()));
  }

  private static Problem syntax(Source source, String message) {
    return Problem.error("yaml/syntax", source, message);
  }
}
