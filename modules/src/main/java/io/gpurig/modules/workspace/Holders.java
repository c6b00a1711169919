package io.gpurig.modules.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.fact.DockerFacts;
import io.gpurig.engine.module.Finding;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.workspace.GpuSelection.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which workspaces have which GPUs, before a plan and after it. */
final class Holders {
  private final HostGpus host;
  private final Map<String, Set<String>> holders = new TreeMap<>();

  private Holders(HostGpus host) {
    this.host = host;
  }

  /** Returns who holds what now, by the labels of the containers. */
  static Holders now(List<JsonNode> containers, HostGpus host) {
    Holders now = new Holders(host);
    for (JsonNode container : containers) {
      if (Labels.isWorkspace(container)) {
        String name = DockerFacts.name(container);
        List<String> addresses = Labels.ordered(container, Labels.VFIO);
        addresses.forEach(bdf -> now.add(bdf, name));
        if (addresses.isEmpty()) {
          Labels.ordered(container, Labels.GPUS).forEach(gpu -> now.add(now.place(gpu), name));
        }
      }
    }
    return now;
  }

  /**
   * Returns who holds what after a plan.
   *
   * @param given what the plan gives, by workspace
   */
  static Holders after(List<JsonNode> others, Map<String, List<Given>> given, HostGpus host) {
    Holders after = now(others, host);
    given.forEach(
        (workspace, gpus) ->
            gpus.forEach(
                gpu ->
                    after.add(
                        gpu.bdf()
                            .filter(bdf -> gpu.reference() instanceof GpuReference.One)
                            .orElse(gpu.name()),
                        workspace)));
    return after;
  }

  private void add(String gpu, String workspace) {
    holders.computeIfAbsent(gpu, g -> new TreeSet<>()).add(workspace);
  }

  /** A whole GPU is known by its address, whatever name it was given by. */
  private String place(String name) {
    return host.byUuid(name).flatMap(Gpu::bdf).orElse(name);
  }

  /** Returns a note for each GPU that goes from somebody to somebody. */
  static List<Finding> moves(Holders before, Holders after) {
    List<Finding> notes = new ArrayList<>();
    Set<String> gpus = new TreeSet<>(before.holders.keySet());
    gpus.addAll(after.holders.keySet());
    for (String gpu : gpus) {
      Set<String> had = new TreeSet<>(before.holders.getOrDefault(gpu, Set.of()));
      Set<String> gets = new TreeSet<>(after.holders.getOrDefault(gpu, Set.of()));
      Set<String> stay = new TreeSet<>(had);
      stay.retainAll(gets);
      had.removeAll(stay);
      gets.removeAll(stay);
      if (!had.isEmpty() || !gets.isEmpty()) {
        notes.add(
            Finding.note(
                "workspaces/gpu-moves",
                "/workspaces",
                after.shown(gpu) + from(had) + to(gets) + staying(stay)));
      }
    }
    return notes;
  }

  private String shown(String gpu) {
    Optional<String> name = host.at(gpu).flatMap(Gpu::name);
    return gpu.equals("all")
        ? "every GPU"
        : "GPU " + gpu + name.map(n -> " (" + n + ")").orElse("");
  }

  private static String from(Set<String> had) {
    return had.isEmpty() ? " goes" : " goes from " + names(had);
  }

  private static String to(Set<String> gets) {
    return gets.isEmpty() ? " to nobody" : " to " + names(gets);
  }

  private static String staying(Set<String> stay) {
    return stay.isEmpty() ? "" : "; " + names(stay) + " keeps it";
  }

  private static String names(Set<String> workspaces) {
    return "workspace " + String.join(", ", workspaces);
  }
}
