package io.gpurig.engine.inventory;

import io.gpurig.engine.problem.Problems;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hosts there are and the groups they are in. Immutable. */
public final class Inventory {
  /** The names that mean this machine where no host of the inventory has them. */
  static final List<String> LOCALHOST = List.of("localhost", "127.0.0.1", "::1");

  private final Map<String, Host> hosts;
  private final List<String> mentioned;
  private final Map<String, List<String>> groups;
  private final Map<String, Direct> direct;
  private final Map<String, Host> implicit = new LinkedHashMap<>();
  private final boolean given;

  private Inventory(GroupGraph graph, boolean given) {
    this.given = given;
    VariableMerge merge = new VariableMerge(graph);
    mentioned = List.copyOf(graph.hostNames());
    hosts = Collections.unmodifiableMap(merge.hosts());
    Map<String, List<String>> members = new LinkedHashMap<>();
    Map<String, Direct> own = new LinkedHashMap<>();
    for (Group group : graph.groups()) {
      members.put(group.name, graph.hostsOf(group.name));
      own.put(group.name, new Direct(List.copyOf(group.hosts), List.copyOf(group.children)));
    }
    groups = Collections.unmodifiableMap(members);
    direct = Collections.unmodifiableMap(own);
    LOCALHOST.forEach(name -> implicit.put(name, merge.implicit(name)));
  }

  /**
   * What a group itself names.
   *
   * @param hosts its hosts, without those of the groups below it
   * @param children the groups directly below it
   */
  record Direct(List<String> hosts, List<String> children) {}

  /**
   * Reads an Ansible inventory: a YAML or INI file, or a directory of them, and the {@code
   * group_vars/} and {@code host_vars/} beside the file or in the directory.
   *
   * @param file the file or directory
   * @param shownName how problems name it: the path as the user gave it
   * @param problems gets {@code input/...}, {@code yaml/...} and {@code inventory/...}; scripts and
   *     plugins are {@code inventory/unsupported-format}
   * @return the inventory, empty if there is none to work with
   */
  public static Optional<Inventory> load(Path file, String shownName, Problems problems) {
    return InventoryLoader.load(file, shownName, problems).map(graph -> new Inventory(graph, true));
  }

  /** Returns the inventory that there is when none is given: no host, but localhost is known. */
  public static Inventory implicitLocalhost() {
    GroupGraph graph = new GroupGraph();
    graph.complete();
    return new Inventory(graph, false);
  }

  /** Returns the hosts in the order of the inventory. */
  public List<Host> hosts() {
    return List.copyOf(hosts.values());
  }

  /**
   * Returns the names of the hosts of each group, those of the groups below it included; {@code
   * all} and {@code ungrouped} are always there.
   */
  public Map<String, List<String>> groups() {
    return groups;
  }

  /**
   * Returns a host by its name. {@code localhost}, {@code 127.0.0.1} and {@code ::1} are this
   * machine, with the variables of {@code all}, where the inventory does not say otherwise.
   */
  public Optional<Host> host(String name) {
    return Optional.ofNullable(hosts.get(name)).or(() -> Optional.ofNullable(implicit.get(name)));
  }

  /** Whether the inventory itself has a host of this name. */
  boolean has(String name) {
    return hosts.containsKey(name);
  }

  /** Returns the names of the hosts in the order in which the inventory first mentions them. */
  List<String> mentioned() {
    return mentioned;
  }

  /** Whether the user gave an inventory at all. */
  boolean isGiven() {
    return given;
  }

  /** Returns what each group itself names. */
  Map<String, Direct> direct() {
    return direct;
  }
}
