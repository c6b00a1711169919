package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import java.util.Optional;
import java.util.Set;

/** Reads the YAML of inventories and of the variable files beside them. */
final class YamlFile {
  /** Warnings of what YAML 1.2 reads otherwise; {@link OldYaml} reads it as it is meant. */
  private static final Set<String> MEANT = Set.of("yaml/ambiguous-boolean", "yaml/leading-zero");

  private YamlFile() {}

  static Optional<Document> parse(String shownName, String text, Problems problems) {
    Problems found = new Problems();
    Optional<Document> document = Document.parse(shownName, text, found);
    found.sorted().stream()
        .filter(problem -> !MEANT.contains(problem.code()))
        .forEach(problems::add);
    return document;
  }
}
