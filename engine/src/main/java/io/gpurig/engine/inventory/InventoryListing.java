package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Hosts, groups and variables in the form that {@code ansible-inventory --list} prints. */
public final class InventoryListing {
  // INTERNAL_VARS in lib/ansible/cli/inventory.py of ansible-core 2.14
  private static final Set<String> INTERNAL =
      Set.of(
          "ansible_diff_mode",
          "ansible_config_file",
          "ansible_facts",
          "ansible_forks",
          "ansible_inventory_sources",
          "ansible_limit",
          "ansible_playbook_python",
          "ansible_run_tags",
          "ansible_skip_tags",
          "ansible_verbosity",
          "ansible_version",
          "inventory_dir",
          "inventory_file",
          "inventory_hostname",
          "inventory_hostname_short",
          "groups",
          "group_names",
          "omit",
          "playbook_dir");

  private InventoryListing() {}

  /** Returns the variables of a host by name, without those that only Ansible itself sets. */
  public static Map<String, JsonNode> variables(Host host) {
    Map<String, JsonNode> variables = new TreeMap<>(host.variables());
    variables.keySet().removeAll(INTERNAL);
    return variables;
  }

  /** Returns the names of the groups that a host is in, those above included, sorted. */
  public static Set<String> groups(Inventory inventory, Host host) {
    Set<String> names = new TreeSet<>();
    inventory
        .groups()
        .forEach(
            (group, hosts) -> {
              if (!group.equals(GroupGraph.ALL) && hosts.contains(host.name())) {
                names.add(group);
              }
            });
    return names;
  }

  /**
   * Returns the listing.
   *
   * @param hosts the hosts to list; groups are listed with those of them that they have
   */
  public static ObjectNode of(Inventory inventory, List<Host> hosts) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode hostvars = json.objectNode();
    Set<String> listed = new HashSet<>();
    for (Host host : hosts) {
      listed.add(host.name());
      Map<String, JsonNode> variables = variables(host);
      if (!variables.isEmpty()) {
        hostvars.set(host.name(), json.objectNode().setAll(variables));
      }
    }
    ObjectNode listing = json.objectNode();
    listing.set("_meta", json.objectNode().set("hostvars", hostvars));
    new TreeMap<>(inventory.direct())
        .forEach(
            (name, direct) -> {
              List<String> members = direct.hosts().stream().filter(listed::contains).toList();
              ObjectNode group = json.objectNode();
              // in all are the hosts of no group, and these are in ungrouped
              put(group, "hosts", name.equals(GroupGraph.ALL) ? List.of() : members);
              put(group, "children", direct.children());
              if (!group.isEmpty()) {
                listing.set(name, group);
              }
            });
    return listing;
  }

  private static void put(ObjectNode group, String key, List<String> names) {
    if (!names.isEmpty()) {
      ArrayNode array = group.putArray(key);
      names.forEach(array::add);
    }
  }
}
