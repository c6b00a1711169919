package io.gpurig.engine.report;

import io.gpurig.engine.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Joins the reports of a fleet's shards. */
public final class ReportMerge {
  private ReportMerge() {}

  private record Run(String command, String plan) {}

  /**
   * Returns one report a plan, in which the shards stand in their order. A shard that has no
   * report, or more than one, is a problem of the report: nobody knows what became of its hosts.
   */
  public static List<Report> of(List<Report> parts) {
    Map<Run, List<Report>> runs = new LinkedHashMap<>();
    parts.forEach(
        part ->
            runs.computeIfAbsent(new Run(part.command(), part.plan()), run -> new ArrayList<>())
                .add(part));
    return runs.entrySet().stream().map(run -> merged(run.getKey(), run.getValue())).toList();
  }

  private static Report merged(Run run, List<Report> parts) {
    Map<Integer, List<Report>> inOrder = new TreeMap<>();
    parts.forEach(
        part ->
            inOrder
                .computeIfAbsent(part.shard().map(Shard::index).orElse(0), i -> new ArrayList<>())
                .add(part));
    List<HostReport> hosts = new ArrayList<>();
    Set<Problem> problems = new LinkedHashSet<>(shards(run, parts));
    Map<String, Integer> seen = new TreeMap<>();
    for (Report part : inOrder.values().stream().flatMap(List::stream).toList()) {
      problems.addAll(part.problems());
      for (HostReport host : part.hosts()) {
        hosts.add(host);
        seen.merge(host.host(), 1, Integer::sum);
      }
    }
    seen.entrySet().stream()
        .filter(host -> host.getValue() > 1)
        .map(host -> twice(run, "host " + host.getKey()))
        .forEach(problems::add);
    return new Report(run.command(), run.plan(), hosts, List.copyOf(problems));
  }

  private static List<Problem> shards(Run run, List<Report> parts) {
    List<Problem> problems = new ArrayList<>();
    List<Shard> shards = parts.stream().map(Report::shard).flatMap(Optional::stream).toList();
    Set<Integer> counts = shards.stream().map(Shard::count).collect(Collectors.toSet());
    if (counts.size() > 1) {
      problems.add(
          Problem.error(
              "report/shards-differ",
              "the reports of %s are of fleets split in %s parts"
                  .formatted(
                      name(run),
                      counts.stream()
                          .sorted()
                          .map(String::valueOf)
                          .collect(Collectors.joining(" and ")))));
    } else if (!shards.isEmpty()) {
      int count = shards.getFirst().count();
      Set<Integer> there = shards.stream().map(Shard::index).collect(Collectors.toSet());
      Set<String> missing = new LinkedHashSet<>();
      for (int index = 1; index <= count; index++) {
        if (!there.contains(index)) {
          missing.add(String.valueOf(index));
        }
      }
      if (!missing.isEmpty()) {
        problems.add(missing(run, missing, count));
      }
    }
    Set<Shard> once = new LinkedHashSet<>();
    Set<String> again = new TreeSet<>();
    shards.stream().filter(shard -> !once.add(shard)).forEach(shard -> again.add("" + shard));
    again.forEach(shard -> problems.add(twice(run, "shard " + shard)));
    return problems;
  }

  private static Problem missing(Run run, Set<String> missing, int count) {
    return Problem.error(
            "report/shards-missing",
            "there is no report of %s from %s %s of %d: nobody knows what became of those hosts"
                .formatted(
                    name(run),
                    missing.size() == 1 ? "shard" : "shards",
                    String.join(", ", missing),
                    count))
        .suggest(
            "run what is missing again, with --shard %s/%d"
                .formatted(missing.iterator().next(), count));
  }

  private static Problem twice(Run run, String what) {
    return Problem.error(
        "report/twice", "%s is in more than one report of %s".formatted(what, name(run)));
  }

  private static String name(Run run) {
    return run.plan().isEmpty() ? "`" + run.command() + "`" : "`" + run.plan() + "`";
  }
}
