package io.gpurig.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows {@code from:} through the plans that a plan is based on. For one use. */
final class BasePlans {
  private static final int MAX_BASES = 10;

  private final Problems problems;
  private final List<Path> files = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Path> fillings = new ArrayList<>();
  private boolean broken;

  BasePlans(Problems problems) {
    this.problems = problems;
  }

  /** Returns the file laid over the plans that it is based on, as far as these could be read. */
  Optional<Document> read(Path file, String shownName) {
    enter(file, shownName);
    return Document.read(file, shownName, problems)
        .map(document -> based(filled(document, file), file));
  }

  /** Returns the files that were read, the plan itself first. */
  List<Path> files() {
    List<Path> all = new ArrayList<>(files);
    all.addAll(fillings);
    return Collections.unmodifiableList(all);
  }

  /** Returns whether a plan that others are based on could not be read. */
  boolean broken() {
    return broken;
  }

  /** Puts the files in that the schema lets values name; their paths are relative to the plan. */
  private Document filled(Document document, Path file) {
    Document filled = document;
    for (String pointer : Resolution.SCHEMA.files()) {
      JsonNode value = document.tree().at(pointer);
      if (value.isTextual() && !value.asText().isEmpty()) {
        filled = filled(filled, pointer, value.asText(), file);
      }
    }
    return filled;
  }

  private Document filled(Document document, String pointer, String name, Path file) {
    Source source = document.value(pointer);
    if (name.contains("${")) {
      problems.add(
          Problem.error(
                  "plan/variable",
                  source,
                  "the path of a file cannot have variables, as it is read before any host is"
                      + " known")
              .suggest("write the path out"));
      return document;
    }
    try {
      Path path = file.resolveSibling(name).normalize();
      Path shown = Path.of(document.name()).resolveSibling(name).normalize();
      fillings.add(path);
      return read(path, shown.toString(), source)
          .map(read -> document.with(pointer, read))
          .orElse(document);
    } catch (InvalidPathException e) {
      problems.add(Problem.error("plan/file", source, "`" + name + "` is not a path"));
      return document;
    }
  }

  /** A file that cannot be read has no place of its own: the plan that names it has. */
  private Optional<Document> read(Path file, String shown, Source source) {
    Problems found = new Problems();
    Optional<Document> read = Document.read(file, shown, found);
    found.sorted().stream()
        .map(p -> p.source().isPresent() ? p : placed(p, source))
        .forEach(problems::add);
    return read;
  }

  private Document based(Document document, Path file) {
    JsonNode from = document.tree().path("from");
    // what is not text, or has a variable, is reported with all else that does not fit
    if (!from.isTextual() || from.asText().isEmpty() || from.asText().contains("${")) {
      return document;
    }
    Optional<Document> base = base(document, file, from.asText());
    broken |= base.isEmpty();
    return base.map(b -> document.over(b, Set.of("from"))).orElse(document);
  }

  private Optional<Document> base(Document document, Path file, String from) {
    Source source = document.value("/from");
    Path base;
    String shown;
    try {
      base = file.resolveSibling(from).normalize();
      shown = Path.of(document.name()).resolveSibling(from).normalize().toString();
    } catch (InvalidPathException e) {
      problems.add(Problem.error("plan/from", source, "`" + from + "` is not a path"));
      return Optional.empty();
    }
    int first = index(base);
    if (first >= 0) {
      List<String> circle = new ArrayList<>(names.subList(first, names.size()));
      circle.add(shown);
      problems.add(
          Problem.error(
              "plan/from-circle",
              source,
              "plans are based on each other in a circle: " + String.join(" → ", circle)));
      return Optional.empty();
    }
    if (files.size() > MAX_BASES) {
      problems.add(
          Problem.error(
                  "plan/from-depth",
                  source,
                  "more than " + MAX_BASES + " plans are based on one another")
              .suggest("merge some of them"));
      return Optional.empty();
    }
    enter(base, shown);
    return read(base, shown, source).map(b -> based(filled(b, base), base));
  }

  private static Problem placed(Problem problem, Source source) {
    return new Problem(
        problem.severity(),
        problem.code(),
        Optional.of(source),
        problem.message(),
        problem.suggestion());
  }

  private void enter(Path file, String shownName) {
    files.add(file);
    names.add(shownName);
  }

  private int index(Path file) {
    List<Path> real = files.stream().map(BasePlans::real).toList();
    return real.indexOf(real(file));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize(); // it will be reported as missing
    }
  }
}
