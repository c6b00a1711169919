package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.node.IntNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds what an inventory says of a host, or of the hosts that a range stands for. */
final class HostEntries {
  private final GroupGraph graph;
  private final Problems problems;

  HostEntries(GroupGraph graph, Problems problems) {
    this.graph = graph;
    this.problems = problems;
  }

  /**
   * Adds hosts to a group.
   *
   * @param written the host as it is written, with range and port
   * @param place where it is written
   */
  void add(String group, String written, Map<String, Setting> variables, Source place) {
    HostAddress address =
        HostAddress.parse(written).orElseGet(() -> new HostAddress(written, Optional.empty()));
    List<String> hosts;
    try {
      hosts = HostRange.expand(address.host());
    } catch (HostRange.InvalidRangeException e) {
      error("inventory/range", place, "the range in `" + written + "` " + e.reason());
      return;
    }
    if (written.isEmpty()
        || written.equals("---")
        || (written.endsWith(":") && address.port().isEmpty())) {
      error("inventory/host", place, "`" + written + "` is not the name of a host");
      return;
    }
    if (graph.hostNames().size() + hosts.size() > HostRange.MAX_HOSTS) {
      error(
          "inventory/type", place, "the inventory has more than " + HostRange.MAX_HOSTS + " hosts");
      return;
    }
    for (String host : hosts) {
      boolean added = graph.addHost(group, host, place);
      // as in Ansible, only the first mention of a host gives it a port
      address
          .port()
          .filter(port -> added && port != 0)
          .ifPresent(port -> graph.setPort(host, new Setting(IntNode.valueOf(port), place)));
      variables.forEach((name, setting) -> graph.setHostVariable(host, name, setting));
    }
  }

  private void error(String code, Source place, String message) {
    problems.add(Problem.error(code, place, message));
  }
}
