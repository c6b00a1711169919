package io.gpurig.modules.vfio;

import io.gpurig.engine.fact.Facts;
import io.gpurig.engine.fact.PciFact;
import io.gpurig.engine.fact.Read;
import io.gpurig.modules.gpu.Gpu;
import io.gpurig.modules.gpu.GpuInventory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The part of a host's PCI tree that has GPUs in it, with all that shares an IOMMU group with them:
 * what can go to a virtual machine, and what goes with it.
 *
 * @param iommu whether the kernel uses an IOMMU
 * @param rows from the root of the tree down, a function's children behind it
 */
public record Topology(boolean iommu, List<Row> rows) {
  /** The reads that tell. */
  public static final List<Read> READS = Passthrough.READS;

  private static final String SYSFS = "/devices/";

  public Topology {
    rows = List.copyOf(rows);
  }

  /**
   * A function, or the bus of a root complex.
   *
   * @param depth 0 for the bus of a root complex
   * @param address {@code pci0000:00} of such a bus, else the address of the function
   * @param what it is, in words
   * @param group its IOMMU group
   * @param driver the driver it is bound to
   * @param node its NUMA node
   * @param holder who has it
   * @param shared whether the group is of more than one card, so that none of them can be handed
   *     over
   */
  public record Row(
      int depth,
      String address,
      String what,
      Optional<String> group,
      Optional<String> driver,
      Optional<Integer> node,
      Optional<String> holder,
      boolean shared) {}

  /** Returns the topology that facts tell of; empty where the host has no GPU. */
  public static Topology of(Facts facts) {
    Look look = Look.at(facts);
    Map<String, PciFact> functions = facts.pciFunctions();
    Map<String, List<String>> paths = new TreeMap<>();
    for (String bdf : interesting(functions)) {
      look.place(bdf).ifPresent(place -> paths.put(key(path(place)), path(place)));
    }
    // the bridges on the way, once each, before what is behind them
    for (List<String> path : List.copyOf(paths.values())) {
      for (int length = 1; length < path.size(); length++) {
        paths.putIfAbsent(key(path.subList(0, length)), path.subList(0, length));
      }
    }
    List<Gpu> gpus = GpuInventory.of(facts).gpus();
    List<Row> rows = new ArrayList<>();
    for (List<String> path : paths.values()) {
      String address = path.getLast();
      PciFact function = functions.get(address);
      rows.add(
          function == null
              ? new Row(
                  path.size() - 1,
                  address,
                  path.size() == 1 ? "root complex" : "",
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  false)
              : row(path.size() - 1, address, function, gpus, look, facts));
    }
    return new Topology(look.hasIommu(), rows);
  }

  private static Row row(
      int depth, String bdf, PciFact function, List<Gpu> gpus, Look look, Facts facts) {
    Optional<Gpu> gpu = gpus.stream().filter(g -> g.bdf().equals(Optional.of(bdf))).findFirst();
    boolean shared =
        Group.of(bdf, facts.pciFunctions())
            .filter(group -> !Group.isBridge(function))
            .filter(group -> !group.strangers(bdf).isEmpty())
            .isPresent();
    return new Row(
        depth,
        bdf,
        gpu.flatMap(Gpu::name).map(name -> "GPU " + name).orElseGet(() -> Names.of(function)),
        function.iommuGroup(),
        function.driver(),
        function.numaNode(),
        holder(bdf, gpu, look, facts),
        shared);
  }

  private static Optional<String> holder(String bdf, Optional<Gpu> gpu, Look look, Facts facts) {
    Optional<String> workspace = Held.of(facts).row(bdf).map(row -> "workspace " + row.workspace());
    if (workspace.isPresent()) {
      return workspace;
    }
    List<String> users = new ArrayList<>();
    if (gpu.isPresent()) {
      Users found = Users.of(gpu.get(), look, facts);
      users.addAll(found.names());
      if (found.persistent()) {
        users.add("nvidia-persistenced");
      }
    }
    return users.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", users));
  }

  /** Returns the GPUs, and all that shares a group with them. */
  private static Set<String> interesting(Map<String, PciFact> functions) {
    Set<String> groups = new HashSet<>();
    Set<String> found = new TreeSet<>();
    functions.forEach(
        (bdf, function) -> {
          if (Names.kind(function).equals("GPU")) {
            found.add(bdf);
            function.iommuGroup().ifPresent(groups::add);
          }
        });
    functions.forEach(
        (bdf, function) -> {
          if (function.iommuGroup().filter(groups::contains).isPresent()) {
            found.add(bdf);
          }
        });
    return found;
  }

  /** {@code ../../../devices/pci0000:00/0000:00:01.0} is the bus and the function. */
  private static List<String> path(String place) {
    int start = place.indexOf(SYSFS);
    return start < 0 ? List.of(place) : List.of(place.substring(start + SYSFS.length()).split("/"));
  }

  /** Sorts a path before the paths that go on from it. */
  private static String key(List<String> path) {
    return path.stream().collect(Collectors.joining("/"));
  }
}
