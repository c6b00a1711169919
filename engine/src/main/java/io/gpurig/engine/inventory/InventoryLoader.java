package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Severity;
import io.gpurig.engine.yaml.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads an inventory: a file, or a directory of them, and the variable files beside it. */
final class InventoryLoader {
  // INVENTORY_IGNORE_EXTS and IGNORED_ALWAYS of ansible-core 2.14
  private static final Pattern IGNORED =
      Pattern.compile(
          "\\..*|host_vars|group_vars|vars_plugins"
              + "|.*(?:~|\\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))");
  private static final int MAX_DEPTH = 30;

  private final GroupGraph graph = new GroupGraph();
  private final Problems problems;
  private boolean sound = true;
  private int files;

  private InventoryLoader(Problems problems) {
    this.problems = problems;
  }

  /** Returns what there is, empty if there is nothing to work with. */
  static Optional<GroupGraph> load(Path source, String shownName, Problems problems) {
    InventoryLoader loader = new InventoryLoader(problems);
    loader.source(source, shownName, 0);
    if (loader.sound && loader.files == 0) {
      loader.refuse(
          Problem.error(
                  "inventory/empty", "there is no inventory in the directory `" + shownName + "`")
              .suggest(
                  "name a file; in a directory .ini, .cfg, .md, .txt, hidden files and the like"
                      + " are passed over"));
    }
    if (!loader.sound || !loader.complete()) {
      return Optional.empty();
    }
    Path base = Files.isDirectory(source) ? source : source.resolveSibling("");
    Path shown =
        Files.isDirectory(source) ? Path.of(shownName) : Path.of(shownName).resolveSibling("");
    new VariableFiles(base, shown, problems).addTo(loader.graph);
    return Optional.of(loader.graph);
  }

  private void source(Path source, String shownName, int depth) {
    if (Files.isDirectory(source)) {
      directory(source, shownName, depth);
    } else {
      files++;
      file(source, shownName);
    }
  }

  private void directory(Path directory, String shownName, int depth) {
    if (depth > MAX_DEPTH) {
      refuse(Problem.error("inventory/type", "`" + shownName + "` is nested too deep"));
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path name : entries.map(entry -> directory.relativize(entry)).sorted().toList()) {
        if (!IGNORED.matcher(name.toString()).matches()) {
          source(directory.resolve(name), Path.of(shownName).resolve(name).toString(), depth + 1);
        }
      }
    } catch (IOException e) {
      refuse(
          Problem.error(
              "input/unreadable", "`" + shownName + "` cannot be read: " + e.getMessage()));
    }
  }

  private void file(Path file, String shownName) {
    Optional<Problem> refusal = InventoryFormat.refusal(file, shownName);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    Optional<String> text = InputFile.read(file, shownName, problems);
    if (text.isEmpty()) {
      sound = false;
      return;
    }
    Optional<Problem> vault = InventoryFormat.vault(shownName, text.get());
    if (vault.isPresent()) {
      refuse(vault.get());
    } else if (InventoryFormat.isIni(shownName, text.get())) {
      new IniReader(shownName, text.get(), graph, problems).read();
    } else {
      sound &=
          YamlFile.parse(shownName, text.get(), problems)
              .map(document -> new InventoryReader(document, graph, problems).read())
              .orElse(false);
    }
  }

  private boolean complete() {
    Set<String> hosts = graph.hostNames();
    graph.groups().stream().filter(group -> hosts.contains(group.name)).forEach(this::sameName);
    List<String> circle = graph.complete();
    if (!circle.isEmpty()) {
      String message = "groups are inside one another in a circle: " + String.join(" → ", circle);
      problems.add(
          graph
              .group(circle.get(1))
              .place
              .map(place -> Problem.error("inventory/circle", place, message))
              .orElseGet(() -> Problem.error("inventory/circle", message)));
      return false;
    }
    if (graph.depth() > GroupGraph.MAX_DEPTH) {
      refuse(
          Problem.error(
              "inventory/type",
              "groups are nested deeper than " + GroupGraph.MAX_DEPTH + " levels"));
      return false;
    }
    return true;
  }

  private void sameName(Group group) {
    problems.add(
        new Problem(
            Severity.WARNING,
            "inventory/same-name",
            graph.member(group.name).place(),
            "`" + group.name + "` is both a host and a group; patterns take it for the host",
            Optional.of("rename one of them")));
  }

  private void refuse(Problem problem) {
    sound = false;
    problems.add(problem);
  }
}
