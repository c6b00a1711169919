package io.gpurig.cli;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.FactsJson;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.report.ExitCode;
import io.gpurig.engine.report.HostReport;
import io.gpurig.engine.run.Fleet.Answer;
import io.gpurig.modules.gpu.GpuInventory;
import io.gpurig.modules.vfio.Topology;
import io.gpurig.modules.vfio.TopologyPicture;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What hosts answered when they were asked once.
 *
 * @param facts of those that answered
 * @param failed those that did not
 */
record Survey(List<Facts> facts, List<HostReport> failed) {
  Survey {
    facts = List.copyOf(facts);
    failed = List.copyOf(failed);
  }

  static Survey of(List<Answer> answers) {
    List<Facts> facts = new ArrayList<>();
    List<HostReport> failed = new ArrayList<>();
    for (Answer answer : answers) {
      switch (answer) {
        case Answer.Read(Facts read) -> facts.add(read);
        case Answer.Failed(HostReport report) -> failed.add(report);
      }
    }
    return new Survey(facts, failed);
  }

  /** Returns the GPUs of those that answered, by the host's name. */
  Map<String, GpuInventory> gpus() {
    Map<String, GpuInventory> gpus = new LinkedHashMap<>();
    facts.forEach(read -> gpus.put(read.host(), GpuInventory.of(read)));
    return gpus;
  }

  /** Returns the facts by the host's name. */
  Map<String, Facts> byHost() {
    Map<String, Facts> hosts = new LinkedHashMap<>();
    facts.forEach(read -> hosts.put(read.host(), read));
    return hosts;
  }

  /** Returns the PCI trees of those that answered, by the host's name. */
  Map<String, Topology> topologies() {
    Map<String, Topology> topologies = new LinkedHashMap<>();
    facts.forEach(read -> topologies.put(read.host(), Topology.of(read)));
    return topologies;
  }

  /** Returns the same as pictures for a page. */
  Map<String, String> pictures() {
    Map<String, String> pictures = new LinkedHashMap<>();
    topologies().forEach((host, tree) -> pictures.put(host, TopologyPicture.render(tree)));
    return pictures;
  }

  /** Returns the facts files, a document a host, one after the other, as jq reads them. */
  String raw() {
    return facts.stream()
        .map(read -> FactsJson.write(read).toPrettyString() + "\n")
        .collect(Collectors.joining());
  }

  /** Tells what is missing in what is shown, and why. */
  void complain(PrintWriter err) {
    for (HostReport report : failed) {
      for (Problem problem : report.problems()) {
        ProblemText.print(err, report.host(), problem);
      }
    }
    gpus()
        .forEach(
            (host, inventory) ->
                inventory
                    .trouble()
                    .map(why -> Problem.warning("gpu/nvidia-smi", why))
                    .ifPresent(problem -> ProblemText.print(err, host, problem)));
  }

  ExitCode exitCode() {
    return failed.isEmpty() ? ExitCode.DESIRED_STATE : ExitCode.HOST_FAILED;
  }
}
