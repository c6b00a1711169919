package io.gpurig.engine.report;

import io.gpurig.engine.report.HostReport.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hosts with the same outcome; shown once, however many they are.
 *
 * @param hosts at least one, in the order of the report
 */
record HostGroup(List<HostReport> hosts) {
  HostGroup {
    hosts = List.copyOf(hosts);
  }

  /** Returns the groups of a report, in the order of their first hosts. */
  static List<HostGroup> of(Report report) {
    Map<Object, List<HostReport>> alike = new LinkedHashMap<>();
    for (HostReport host : report.hosts()) {
      List<Object> outcome = List.of(host.status(), host.changes(), host.problems());
      alike.computeIfAbsent(outcome, key -> new ArrayList<>()).add(host);
    }
    return alike.values().stream().map(HostGroup::new).toList();
  }

  /** Returns the groups of a report, those that need a person first. */
  static List<HostGroup> worstFirst(Report report) {
    // the statuses are declared mildest first
    return of(report).stream().sorted(Comparator.comparing(HostGroup::status).reversed()).toList();
  }

  /** Returns what is said of all of them. */
  HostReport first() {
    return hosts.getFirst();
  }

  Status status() {
    return first().status();
  }

  /** Returns their names, ranges for those that count up. */
  List<String> names() {
    return HostNames.shorten(hosts.stream().map(HostReport::host).toList());
  }
}
