package io.gpurig.cli;

import io.gpurig.engine.inventory.Host;
import io.gpurig.engine.inventory.HostPattern;
import io.gpurig.engine.inventory.Inventory;
import io.gpurig.engine.problem.Nearest;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.report.ReportReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code --limit} leaves in: a host pattern, {@code @failed} for the hosts that the last apply
 * left undone, or {@code @FILE} for those that a report left undone or a file lists.
 */
final class Limit {
  static final String LAST = "@failed";
  private static final Set<HostReport.Status> DESIRED =
      EnumSet.of(HostReport.Status.UNCHANGED, HostReport.Status.CHANGED);

  private final String word;
  private final Inventory inventory;
  private final Problems problems;

  Limit(String word, Inventory inventory, Problems problems) {
    this.word = word;
    this.inventory = inventory;
    this.problems = problems;
  }

  /**
   * Returns the names of the hosts that are left in.
   *
   * @param lastReport where the report of the last apply is
   */
  Set<String> hosts(Path lastReport) {
    if (!word.startsWith("@")) {
      return HostPattern.select(word, inventory, Optional.empty(), problems).stream()
          .map(Host::name)
          .collect(Collectors.toSet());
    }
    boolean last = word.equals(LAST);
    Path file = last ? lastReport : Path.of(word.substring(1));
    Set<String> names = new LinkedHashSet<>();
    try {
      names.addAll(names(file));
    } catch (NoSuchFileException e) {
      problems.add(last ? nothingKept() : missing(file));
      return Set.of();
    } catch (IOException e) {
      problems.add(unreadable(file, String.valueOf(e.getMessage())));
      return Set.of();
    }
    if (names.isEmpty() && !problems.block()) {
      problems.add(
          Problem.warning(
              "limit/nothing-left",
              last
                  ? "the last apply left nothing undone, so there is nothing to do"
                  : "`" + file + "` has no host that was left undone, so there is nothing to do"));
    }
    Set<String> known = new HashSet<>();
    inventory.hosts().forEach(host -> known.add(host.name()));
    names.stream().filter(name -> !known.contains(name)).forEach(name -> problems.add(gone(name)));
    return names;
  }

  /** A report as {@code --format json} writes it, one or several; or a name a line. */
  private Set<String> names(Path file) throws IOException {
    String text = Files.readString(file);
    Stream<String> names =
        text.stripLeading().startsWith("{")
            ? ReportReader.read(file.toString(), text, problems).stream()
                .flatMap(report -> report.hosts().stream())
                .filter(host -> !DESIRED.contains(host.status()))
                .map(HostReport::host)
            : text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"));
    return names.collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Problem nothingKept() {
    return Problem.error(
            "limit/no-report",
            "there is no report of an earlier apply of this plan to this inventory by this user")
        .suggest("run `gpurig apply` first, or name a report: --limit @report.json");
  }

  private static Problem missing(Path file) {
    Problem problem = Problem.error("limit/file", "`" + file + "` does not exist");
    return Nearest.to("@" + file, List.of(LAST))
        .map(near -> problem.suggest("did you mean `" + near + "`?"))
        .orElseGet(
            () ->
                problem.suggest(
                    "name a report of `--format json`, a file with a host a line, or " + LAST));
  }

  private static Problem unreadable(Path file, String why) {
    return Problem.error("limit/file", "`" + file + "` cannot be used: " + why);
  }

  private static Problem gone(String name) {
    return Problem.warning(
        "limit/no-such-host", "host " + name + " is not in the inventory any more");
  }
}
