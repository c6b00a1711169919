package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gpurig.engine.problem.Problem;
import io.gpurig.engine.problem.Problems;
import io.gpurig.engine.problem.Source;
import io.gpurig.engine.yaml.Document;
import io.gpurig.engine.yaml.Pointers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The hosts there are and the groups they are in. Immutable. */
public final class Inventory {
  /** The names that mean this machine where no host of the inventory has them. */
  private static final List<String> LOCALHOST = List.of("localhost", "127.0.0.1", "::1");

  private final Map<String, Host> hosts;
  private final Map<String, List<String>> groups;
  private final Map<String, Host> implicit = new LinkedHashMap<>();
  private final boolean given;

  private Inventory(GroupGraph graph, boolean given) {
    this.given = given;
    hosts = Collections.unmodifiableMap(graph.hosts());
    Map<String, List<String>> members = new LinkedHashMap<>();
    graph.groupNames().forEach(group -> members.put(group, graph.hostsOf(group)));
    groups = Collections.unmodifiableMap(members);
    Map<String, JsonNode> local = Map.of("ansible_connection", TextNode.valueOf("local"));
    LOCALHOST.forEach(name -> implicit.put(name, graph.implicit(name, local)));
  }

  /**
   * Reads an Ansible inventory in YAML.
   *
   * @param file the file
   * @param shownName how problems name it: the path as the user gave it
   * @param problems gets {@code input/...}, {@code yaml/...} and {@code inventory/...}; INI files,
   *     directories and scripts are {@code inventory/unsupported-format}
   * @return the inventory, empty if there is none to work with
   */
  public static Optional<Inventory> load(Path file, String shownName, Problems problems) {
    Optional<Problem> refusal = InventoryFormat.refusal(file, shownName);
    if (refusal.isPresent()) {
      problems.add(refusal.get());
      return Optional.empty();
    }
    refuseVariableFiles(file, shownName, problems);
    Problems found = new Problems();
    Optional<Document> document = Document.read(file, shownName, found);
    Optional<Inventory> inventory = document.flatMap(d -> of(d, found));
    Set<Source> understood = new HashSet<>();
    document.ifPresent(d -> collectBooleans(d, d.tree(), "", understood));
    found.sorted().stream()
        .filter(
            problem ->
                !problem.code().equals("yaml/ambiguous-boolean")
                    || problem.source().filter(understood::contains).isEmpty())
        .forEach(problems::add);
    return inventory;
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

  /** Whether the user gave an inventory at all. */
  boolean isGiven() {
    return given;
  }

  private static Optional<Inventory> of(Document document, Problems problems) {
    JsonNode plugin = document.tree().path("plugin");
    if (plugin.isTextual()) {
      problems.add(InventoryFormat.plugin(document.name(), plugin.asText()));
      return Optional.empty();
    }
    return new InventoryReader(document, problems).read().map(graph -> new Inventory(graph, true));
  }

  /** What lies beside the inventory would change what it means, so it is not passed over. */
  private static void refuseVariableFiles(Path file, String shownName, Problems problems) {
    for (String folder : List.of("group_vars", "host_vars")) {
      if (Files.isRegularFile(file) && Files.isDirectory(file.resolveSibling(folder))) {
        problems.add(
            Problem.error(
                    "inventory/unsupported-format",
                    "the variables in `"
                        + folder
                        + "/` beside `"
                        + shownName
                        + "` are not read so far")
                .suggest("write them into the inventory, below `vars:` of the group or host"));
      }
    }
  }

  /** Finds {@code ansible_become: yes} and the like, which is understood as Ansible does. */
  private static void collectBooleans(
      Document document, JsonNode node, String pointer, Set<Source> sources) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String child = Pointers.child(pointer, entry.getKey());
      if (entry.getKey().startsWith("ansible_")) {
        sources.add(document.value(child));
      }
      collectBooleans(document, entry.getValue(), child, sources);
    }
  }
}
