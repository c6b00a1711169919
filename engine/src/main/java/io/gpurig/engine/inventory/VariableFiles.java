package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.InputFile;
import io.gpurig.engine.yaml.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads {@code group_vars/} and {@code host_vars/}, for the groups and hosts that there are. */
final class VariableFiles {
  /** In this order; the first that exists is the only one that is read. */
  private static final List<String> EXTENSIONS = List.of("", ".yml", ".yaml", ".json");

  private static final int MAX_DEPTH = 30;

  private final Path base;
  private final Path shown;
  private final Problems problems;

  VariableFiles(Path base, Path shown, Problems problems) {
    this.base = base;
    this.shown = shown;
    this.problems = problems;
  }

  void addTo(GroupGraph graph) {
    Set<String> groupFiles = names(Path.of("group_vars"));
    graph
        .groups()
        .forEach(
            group ->
                group.fileVariables.putAll(read(Path.of("group_vars"), group.name, groupFiles)));
    Set<String> hostFiles = names(Path.of("host_vars"));
    graph
        .hostNames()
        .forEach(
            host ->
                graph
                    .member(host)
                    .fileVariables()
                    .putAll(read(Path.of("host_vars"), host, hostFiles)));
    for (String host : Inventory.LOCALHOST) {
      if (!graph.hostNames().contains(host)) {
        graph
            .implicitMember(host)
            .fileVariables()
            .putAll(read(Path.of("host_vars"), host, hostFiles));
      }
    }
  }

  private Map<String, Setting> read(Path folder, String name, Set<String> existing) {
    Optional<String> entry =
        EXTENSIONS.stream().map(ext -> name + ext).filter(existing::contains).findFirst();
    Map<String, Setting> settings = new LinkedHashMap<>();
    entry
        .map(folder::resolve)
        .map(path -> Files.isDirectory(base.resolve(path)) ? below(path, 0) : List.of(path))
        .orElse(List.of())
        .forEach(file -> settings.putAll(read(file)));
    return settings;
  }

  /** The variable files in a directory and in those below it, in the order of their names. */
  private List<Path> below(Path directory, int depth) {
    List<Path> files = new ArrayList<>();
    for (String name : names(directory)) {
      Path entry = directory.resolve(name);
      int dot = name.lastIndexOf('.');
      String extension = dot < 0 ? "" : name.substring(dot);
      if (name.startsWith(".") || name.endsWith("~")) {
        continue;
      }
      if (Files.isDirectory(base.resolve(entry))) {
        if (extension.isEmpty() && depth < MAX_DEPTH) {
          files.addAll(below(entry, depth + 1));
        }
      } else if (EXTENSIONS.contains(extension)) {
        files.add(entry);
      }
    }
    return files;
  }

  private Map<String, Setting> read(Path file) {
    String name = shown.resolve(file).toString();
    Optional<String> text = InputFile.read(base.resolve(file), name, problems);
    if (text.isEmpty()) {
      return Map.of();
    }
    Optional<Problem> vault = InventoryFormat.vault(name, text.get());
    vault.ifPresent(problems::add);
    return vault.isPresent() ? Map.of() : variables(name, text.get());
  }

  private Map<String, Setting> variables(String name, String text) {
    Problems found = new Problems();
    Optional<Document> document = YamlFile.parse(name, text, found);
    // a file without variables is as good as none
    found.sorted().stream()
        .filter(problem -> !problem.code().equals("yaml/empty"))
        .forEach(problems::add);
    JsonNode tree = document.map(Document::tree).orElse(null);
    if (document.isEmpty() || tree == null || (tree.isArray() && tree.isEmpty())) {
      return Map.of();
    }
    if (!tree.isObject()) {
      problems.add(
          Problem.error(
              "inventory/type",
              document.get().value(""),
              "a variable file must be a mapping of variables, found " + Kinds.found(tree)));
      return Map.of();
    }
    return new YamlVariables(document.get(), problems).read(tree, "");
  }

  private Set<String> names(Path directory) {
    Path path = base.resolve(directory);
    Set<String> names = new TreeSet<>();
    if (!Files.isDirectory(path)) {
      return names;
    }
    try (Stream<Path> entries = Files.list(path)) {
      entries.forEach(entry -> names.add(path.relativize(entry).toString()));
    } catch (IOException e) {
      problems.add(
          Problem.error(
              "input/unreadable",
              "`" + shown.resolve(directory) + "` cannot be read: " + e.getMessage()));
    }
    return names;
  }
}
